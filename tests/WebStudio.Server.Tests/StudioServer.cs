using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Server.Accounts;
using WebStudio.Server.Data;

namespace WebStudio.Server.Tests;

/// <summary>The real application on a port of its own, with real SQLite in a folder of its own; as a class fixture, or started with settings.</summary>
public sealed class StudioServer : IAsyncLifetime
{
    /// <summary>Password of every account made here.</summary>
    internal const string Password = "long enough for a test";

    private readonly TemporaryFolder _folder = new();
    private readonly string[] _settings;

    public StudioServer() : this([])
    {
    }

    /// <summary>A server that is started with settings, as on the command line: --Albums:MaxPhotos=3.</summary>
    internal StudioServer(params string[] settings) => _settings = settings;

    /// <summary>The same, started.</summary>
    internal static async Task<StudioServer> StartAsync(params string[] settings)
    {
        var server = new StudioServer(settings);
        await server.InitializeAsync();
        return server;
    }

    internal WebApplication App { get; private set; } = null!;

    internal IServiceProvider Services => App.Services;

    internal Uri Address => new(App.Urls.First());

    public async ValueTask InitializeAsync()
    {
        App = StudioHost.Build([$"--Storage:Root={_folder.Path}", "--urls=http://127.0.0.1:0", "--Limits:SignInsPerMinute=0", .. _settings]);
        await App.MigrateAsync();
        await App.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        _folder.Dispose();
    }

    internal Task<StudioDb> DatabaseAsync() => Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync();

    /// <summary>Makes an account in the studio that is there from the start.</summary>
    /// <param name="name">Name shown to others; the e-mail address is made of it.</param>
    /// <param name="roles">Beside member.</param>
    internal async Task<Viewer> JoinAsync(string name, params string[] roles)
    {
        await using var scope = Services.CreateAsyncScope();
        var studio = await scope.ServiceProvider.GetRequiredService<StudioDb>().Studios.OrderBy(s => s.CreatedAt).FirstAsync();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<StudioUser>>();
        var user = new StudioUser { UserName = EmailOf(name), Email = EmailOf(name), DisplayName = name, StudioId = studio.Id, CreatedAt = DateTimeOffset.UtcNow };
        Assert.Empty((await users.CreateAsync(user, Password)).Errors);
        Assert.Empty((await users.AddToRolesAsync(user, [StudioRoles.Member, .. roles])).Errors);
        return new(user.Id, studio.Id, roles.Contains(StudioRoles.Supervisor), roles.Contains(StudioRoles.Admin));
    }

    internal static string EmailOf(string name) => $"{name.ToLowerInvariant()}@example.org";

    /// <summary>Somebody with cookies of their own who is not signed in.</summary>
    internal StudioVisitor Visit(System.Net.CookieContainer? cookies = null) => new(Address, cookies);

    /// <summary>Signs in through the page, as a browser does.</summary>
    internal async Task<StudioVisitor> SignInAsync(string name)
    {
        var visitor = Visit();
        var answer = await visitor.SignInAsync(EmailOf(name), Password);
        Assert.Equal("/", answer.Location);
        return visitor;
    }
}
