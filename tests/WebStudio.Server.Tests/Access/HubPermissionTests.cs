using System.Reflection;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Server.Editing;
using WebStudio.Server.Tests.Editing;

namespace WebStudio.Server.Tests.Access;

/// <summary>Every call of the editor's hub, asked by others than the owner, does what docs/permissions.md says.</summary>
public sealed class HubPermissionTests(Estate estate) : IClassFixture<Estate>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_call_refuses_what_is_not_the_callers()
    {
        await using var owner = await ConnectAsync(estate.Ada);
        var session = (await owner.InvokeAsync<SessionInfo>("Open", estate.Things["version"], "portrait:1", Cancel)).Session;
        var wrong = new List<string>();
        (string Name, Member Who)[] people = [("another member", estate.Carl), ("another studio's supervisor", estate.Tom), ("an admin", estate.Root), ("the supervisor", estate.Sue)];
        foreach (var (name, who) in people)
        {
            await using var hub = await ConnectAsync(who);
            foreach (var row in PermissionTable.Rows.Where(r => r.Method == "HUB"))
            {
                var method = typeof(StudioHub).GetMethod(row.Address)!;
                var arguments = method.GetParameters().Select(p => p.ParameterType != typeof(Guid) ? Value(p) : p.Name == "session" ? session : estate.Things[p.Name!]).ToArray();
                var (refused, text) = await CallAsync(hub, method, arguments);
                var mayLook = row.Who == "owner, supervisor" && who == estate.Sue;
                if (mayLook == (refused || text == "[]"))
                    wrong.Add($"{row}; {name} got {text}");
                if (!mayLook && text.Contains(Estate.Secret, StringComparison.Ordinal))
                    wrong.Add($"{row}; {name} read {text}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        await using var db = await estate.DatabaseAsync();
        Assert.Equal(Estate.Secret, (await db.SavedEdits.SingleAsync(Cancel)).Name); // neither renamed nor deleted, none added
        Assert.Equal(1, await db.Reviews.CountAsync(Cancel));
        await owner.InvokeAsync("Close", session, Cancel); // it was still the owner's to close
    }

    /// <summary>What a call did: refused or not, and what came back as JSON. Calls that give nothing are done or refused by what the database shows.</summary>
    private static async Task<(bool Refused, string Text)> CallAsync(HubConnection hub, MethodInfo method, object?[] arguments)
    {
        try
        {
            var type = method.ReturnType.IsGenericType ? method.ReturnType.GenericTypeArguments[0] : typeof(object);
            var result = await hub.InvokeCoreAsync(method.Name, type, arguments, Cancel);
            return (result is null, System.Text.Json.JsonSerializer.Serialize(result, new System.Text.Json.JsonSerializerOptions { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals }));
        }
        catch (HubException e)
        {
            return (true, e.Message);
        }
    }

    private static object? Value(ParameterInfo parameter) => parameter.ParameterType switch
    {
        var type when type == typeof(string) => parameter.Name == "start" ? "portrait:1" : "taken over",
        var type when type == typeof(double[]) => Array.Empty<double>(),
        var type when type.IsValueType => Activator.CreateInstance(type),
        _ => null,
    };

    private static async Task<HubConnection> ConnectAsync(Member member)
    {
        var hub = new HubConnectionBuilder().WithUrl(new Uri(member.Address, "/hubs/studio"), options => options.Headers.Add("Cookie", $"{member.Cookie}={member.Ticket}")).AddMessagePackProtocol().Build();
        await hub.StartAsync(Cancel);
        return hub;
    }
}
