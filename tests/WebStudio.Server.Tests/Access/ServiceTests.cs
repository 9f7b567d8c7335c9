using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Gpu;

namespace WebStudio.Server.Tests.Access;

/// <summary>
/// What stands behind the buttons of pages: every method of every service that pages have is called as somebody else, with Ada's identifiers. Nothing of Ada's may change, and nothing may be read.
/// </summary>
public sealed class ServiceTests(Estate estate) : IClassFixture<Estate>
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, ReferenceHandler = ReferenceHandler.IgnoreCycles, IncludeFields = true };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Interfaces in Components whose methods are told who asks.</summary>
    private static IEnumerable<MethodInfo> Methods => typeof(IAlbums).Assembly.GetTypes().Where(t => t.IsInterface).SelectMany(t => t.GetMethods())
        .Where(m => m.GetParameters().FirstOrDefault()?.ParameterType == typeof(Viewer) && !m.IsStatic && m.ReturnType.IsAssignableTo(typeof(Task)));

    [Theory]
    [InlineData("another member")]
    [InlineData("another studio's supervisor")]
    [InlineData("an admin")]
    [InlineData("the supervisor")]
    public async Task Whoever_is_not_the_owner_changes_nothing_and_reads_only_what_they_may(string name)
    {
        var viewer = (name switch { "another member" => estate.Carl, "another studio's supervisor" => estate.Tom, "an admin" => estate.Root, _ => estate.Sue }).Viewer;
        var before = await DumpAsync();
        var called = 0;
        foreach (var method in Methods.Where(m => !IsTheirs(m, name)))
        {
            var read = await CallAsync(method, viewer);
            called++;
            if (name != "the supervisor")
                Assert.False(read.Contains(Estate.Secret, StringComparison.Ordinal), $"{method.DeclaringType!.Name}.{method.Name} told {name}: {read}");
            Assert.True(before == await DumpAsync(), $"{method.DeclaringType!.Name}.{method.Name} changed something of Ada's for {name}:\n{before}\n{await DumpAsync()}");
        }
        Assert.True(called >= 50, $"only {called} methods were found");
    }

    /// <summary>What the role is for, as deciding reviews, the order of the queue, accounts; and what has nothing to do with Ada.</summary>
    private static bool IsTheirs(MethodInfo method, string name) => (method.DeclaringType!.Name, method.Name) switch
    {
        ("IReviews", "DecideAsync") or ("IJobQueue", "PrioritizeAsync") => name == "the supervisor",
        ("IPeople", _) or ("IBin", "DeleteAccountAsync") or ("IJobQueue", "SetPausedAsync") => name == "an admin",
        ("ISampleAlbum", _) => true, // makes an album of the asker's own, and takes a while for it
        _ => false,
    };

    private async Task<string> CallAsync(MethodInfo method, Viewer viewer)
    {
        await using var scope = estate.Studio.App.Services.CreateAsyncScope();
        var service = scope.ServiceProvider.GetRequiredService(method.DeclaringType!);
        var open = method.IsGenericMethodDefinition ? method.MakeGenericMethod(typeof(Components.Creations.PortraitsRequest)) : method;
        try
        {
            var task = (Task)open.Invoke(service, [viewer, .. open.GetParameters().Skip(1).Select(Argument)])!;
            await task;
            return task.GetType().GetProperty("Result") is { } result ? JsonSerializer.Serialize(result.GetValue(task), Json) : "";
        }
        catch (Exception e) when ((e is TargetInvocationException ? e.InnerException : e) is InvalidInputException or UnauthorizedAccessException or ArgumentException)
        {
            return e.Message; // refused in words
        }
    }

    private object? Argument(ParameterInfo parameter) => Value(parameter.ParameterType, parameter.Name!);

    /// <summary>Ada's identifier wherever one is asked for; something plausible elsewhere.</summary>
    private object? Value(Type type, string name)
    {
        if (type == typeof(Guid) || type == typeof(Guid?))
            return estate.Things.TryGetValue(name, out var id) ? id : estate.Things.First(t => name.Contains(t.Key, StringComparison.OrdinalIgnoreCase) || t.Key == "model").Value;
        if (type == typeof(string))
            return name.Contains("user", StringComparison.OrdinalIgnoreCase) ? estate.Ada.Viewer.UserId : "taken over";
        if (type == typeof(CancellationToken))
            return Cancel;
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(type.GetEnumNames().Length - 1);
        if (type.IsPrimitive)
            return type == typeof(bool) ? true : Convert.ChangeType(1, type, System.Globalization.CultureInfo.InvariantCulture);
        if (type.IsValueType)
            return Activator.CreateInstance(type);
        if (type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable)))
            return Array.CreateInstance(type.GenericTypeArguments.FirstOrDefault() ?? typeof(object), 0);
        if (type.IsAbstract || type.IsAssignableTo(typeof(Delegate)))
            return null;
        var constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First(c => c.GetParameters() is not [var only] || only.ParameterType != type);
        var made = constructor.Invoke([.. constructor.GetParameters().Select(Argument)]);
        foreach (var property in type.GetProperties().Where(p => p.SetMethod is not null && p.GetMethod is not null && p.PropertyType == typeof(Guid)))
            property.SetValue(made, Value(property.PropertyType, property.Name));
        return made;
    }

    /// <summary>Every row of Ada's and every file, in a text.</summary>
    private async Task<string> DumpAsync()
    {
        await using var db = await estate.DatabaseAsync();
        var ada = estate.Ada.Viewer.UserId;
        object[] rows =
        [
            await db.Users.Where(u => u.Id == ada).Select(u => new { u.DisplayName, u.Email, u.LockoutEnd, u.DeletedAt }).ToListAsync(Cancel), await db.UserRoles.Where(r => r.UserId == ada).CountAsync(Cancel),
            await db.Albums.IgnoreQueryFilters().Where(a => a.OwnerId == ada).Select(a => new { a.Id, a.Name, a.Person, a.DeletedAt, By = a.Consent == null ? null : a.Consent.GivenBy }).ToListAsync(Cancel),
            await db.Photos.IgnoreQueryFilters().Where(p => p.AlbumId == estate.Things["album"]).Select(p => new { p.Id, p.AlbumId, p.Decisions, p.FileName }).ToListAsync(Cancel),
            await db.Models.IgnoreQueryFilters().Select(m => new { m.Id, m.Name, m.OwnerId, m.CurrentVersionId, m.DeletedAt }).ToListAsync(Cancel),
            await db.Versions.IgnoreQueryFilters().Select(v => new { v.Id, v.Name, v.DeletedAt }).ToListAsync(Cancel),
            await db.Jobs.IgnoreQueryFilters().Select(j => new { j.Id, j.OwnerId, j.State, j.Priority }).ToListAsync(Cancel),
            await db.SavedEdits.IgnoreQueryFilters().Select(e => new { e.Id, e.OwnerId, e.Name }).ToListAsync(Cancel),
            await db.Creations.IgnoreQueryFilters().Select(c => new { c.Id, c.OwnerId, c.Name, c.State, c.Starred }).ToListAsync(Cancel),
            await db.Reviews.IgnoreQueryFilters().Select(r => new { r.Id, r.State, r.Comment }).ToListAsync(Cancel),
            await db.ApiTokens.Where(t => t.OwnerId == ada).Select(t => t.Id).ToListAsync(Cancel), await db.Deletions.CountAsync(Cancel),
        ];
        return string.Join('\n', rows.Select(r => JsonSerializer.Serialize(r, Json)));
    }
}
