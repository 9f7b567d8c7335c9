using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Server.Data;

namespace WebStudio.Server.Accounts;

/// <summary>Once the server listens: makes sure of roles and a studio, says where it can be reached and, while nobody has an account, prints the link that makes the first one.</summary>
internal sealed class FirstStart(IServiceScopeFactory scopes, Links links, IServer server, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<FirstStart> log) : IHostedService
{
    private static readonly TimeSpan SetUpValidity = TimeSpan.FromDays(7);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var roles = scope.ServiceProvider.GetRequiredService<RoleManager<IdentityRole>>();
        foreach (var role in StudioRoles.All)
            if (!await roles.RoleExistsAsync(role))
                await roles.CreateAsync(new IdentityRole(role));
        var db = scope.ServiceProvider.GetRequiredService<StudioDb>();
        if (!await db.Studios.AnyAsync(cancellationToken))
        {
            db.Studios.Add(new Studio { Name = "Studio", CreatedAt = time.GetUtcNow() });
            await db.SaveChangesAsync(cancellationToken);
        }
        lifetime.ApplicationStarted.Register(() => _ = AnnounceAsync());
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task AnnounceAsync()
    {
        try
        {
            var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
            var where = $"WebStudio is at {string.Join(" and ", addresses)}";
            var first = await SetUpLinkAsync() is { } secret ? $"\nNobody has an account yet. Make the first one here: {Reachable(addresses.FirstOrDefault() ?? "")}/setup/{secret}" : "";
            Console.WriteLine(where + first);
            Console.Out.Flush();
        }
#pragma warning disable CA1031 // nobody awaits this: whatever goes wrong is told here
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.LogError(e, "The set-up link could not be made");
        }
    }

    /// <summary>A new set-up link, which makes earlier ones void; null once there is an account.</summary>
    internal async Task<string?> SetUpLinkAsync()
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<StudioDb>();
        if (await db.Users.AnyAsync())
            return null;
        await db.Invitations.Where(link => link.InvitedById == null).ExecuteDeleteAsync();
        var studio = await db.Studios.OrderBy(s => s.CreatedAt).FirstAsync();
        return await links.CreateAsync(new Invitation { StudioId = studio.Id, Roles = string.Join(',', StudioRoles.All), Note = "set-up" }, SetUpValidity);
    }

    /// <summary>An address that a browser on this machine understands.</summary>
    private static string Reachable(string address) => address.Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal);
}
