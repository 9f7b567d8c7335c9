using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using WebStudio.Components.Access;
using WebStudio.Server.Accounts;
using WebStudio.Server.Accounts.Sessions;
using WebStudio.Server.Albums;
using WebStudio.Server.Data;
using WebStudio.Server.Models;

namespace WebStudio.Server.Tests.Editing;

/// <summary>The real server on a port of its own, with accounts and models made through its own services.</summary>
internal sealed class EditingStudio : IAsyncDisposable
{
    private EditingStudio(WebApplication app) => App = app;

    public WebApplication App { get; }

    public Uri Address => new(App.Urls.First());

    /// <summary>The server, started on a folder.</summary>
    /// <param name="folder">Its data folder.</param>
    /// <param name="settings">As on the command line: --Editing:PreviewSize=64.</param>
    public static async Task<EditingStudio> StartAsync(string folder, params string[] settings)
    {
        var app = StudioHost.Build([$"--Storage:Root={folder}", "--urls=http://127.0.0.1:0", .. settings]);
        await app.MigrateAsync();
        await app.StartAsync();
        return new(app);
    }

    /// <summary>Makes an account.</summary>
    /// <param name="name">Also of the e-mail address.</param>
    /// <param name="roles">Beside member.</param>
    /// <param name="studio">Null: the studio that is there at first start.</param>
    public async Task<Member> JoinAsync(string name, string[]? roles = null, string? studio = null)
    {
        await using var scope = App.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<StudioDb>();
        var place = studio is null ? await db.Studios.OrderBy(s => s.CreatedAt).FirstAsync() : db.Studios.Add(new() { Name = studio, CreatedAt = DateTimeOffset.UtcNow }).Entity;
        await db.SaveChangesAsync();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<StudioUser>>();
        var user = new StudioUser { UserName = $"{name}@example.org", Email = $"{name}@example.org", DisplayName = name, StudioId = place.Id, CreatedAt = DateTimeOffset.UtcNow };
        Succeeded(await users.CreateAsync(user, "long enough for a test"));
        Succeeded(await users.AddToRolesAsync(user, [StudioRoles.Member, .. roles ?? []]));
        var principal = await scope.ServiceProvider.GetRequiredService<IUserClaimsPrincipalFactory<StudioUser>>().CreateAsync(user);
        var session = await App.Services.GetRequiredService<SessionRegistry>().StartAsync(user.Id, "a test");
        ((ClaimsIdentity)principal.Identity!).AddClaim(new(SessionRegistry.Claim, session.ToString()));
        var cookies = App.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(IdentityConstants.ApplicationScheme);
        var ticket = cookies.TicketDataFormat.Protect(new AuthenticationTicket(principal, new() { IssuedUtc = DateTimeOffset.UtcNow, ExpiresUtc = DateTimeOffset.UtcNow.AddHours(1) }, IdentityConstants.ApplicationScheme));
        return new(Address, Viewer.Of(principal), cookies.Cookie.Name!, ticket);
    }

    /// <summary>Gives somebody a model with one version, made by <paramref name="write"/>.</summary>
    public async Task<SeededModel> AddModelAsync(Viewer owner, Action<string> write)
    {
        await using var db = await App.Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync();
        var album = new Album { OwnerId = owner.UserId, StudioId = owner.StudioId, Name = "Summer", Person = "Lea", CreatedAt = DateTimeOffset.UtcNow, Consent = new() { GivenBy = "Lea", Scope = "a model of me", RecordedAt = DateTimeOffset.UtcNow } };
        var model = new Model { OwnerId = owner.UserId, StudioId = owner.StudioId, AlbumId = album.Id, Name = "Lea", CreatedAt = DateTimeOffset.UtcNow };
        var version = new ModelVersion
        {
            OwnerId = owner.UserId,
            StudioId = owner.StudioId,
            ModelId = model.Id,
            Number = 1,
            Name = "Version 1",
            CreatedAt = DateTimeOffset.UtcNow,
            Sha256 = "",
            Report = ReportJson.Write(SmallModel.Report),
            Attributes = "yaw,smile",
        };
        model.CurrentVersionId = version.Id;
        var folder = App.Services.GetRequiredService<ModelFiles>().Version(version);
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        write(folder);
        db.AddRange(album, model, version);
        await db.SaveChangesAsync();
        return new(album.Id, model.Id, version.Id, folder);
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync(); // disposing alone ends no hosted service
        await App.DisposeAsync();
    }

    private static void Succeeded(IdentityResult result)
    {
        if (!result.Succeeded)
            throw new InvalidOperationException(string.Join(' ', result.Errors.Select(e => e.Description)));
    }
}

/// <summary>Rows and folder of a model that a test made.</summary>
internal sealed record SeededModel(Guid AlbumId, Guid ModelId, Guid VersionId, string Folder);

/// <summary>Somebody who is signed in: the name of the cookie, and its value.</summary>
internal sealed record Member(Uri Address, Viewer Viewer, string Cookie, string Ticket)
{
    /// <summary>A way to the addresses of files.</summary>
    public HttpClient Http()
    {
        var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address };
        http.DefaultRequestHeaders.Add("Cookie", $"{Cookie}={Ticket}");
        return http;
    }
}
