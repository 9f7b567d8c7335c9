using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Components.Api;
using WebStudio.Components.Training;
using WebStudio.Server.Accounts;
using WebStudio.Server.Data;

namespace WebStudio.Server.Tests.Kills;

/// <summary>A data folder with an account, a token for everything, and an album of a few faces that is ready to be trained on; no server runs on it.</summary>
internal static class FacesFolder
{
    private const int Photos = 8;

    /// <summary>Makes it.</summary>
    /// <returns>The token's secret and the album.</returns>
    public static async Task<(string Token, Guid Album)> MakeAsync(string data)
    {
        await using var app = StudioHost.Build([$"--Storage:Root={data}", "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"]);
        await app.MigrateAsync();
        var studio = new Studio { Name = "Studio", CreatedAt = DateTimeOffset.UtcNow };
        var user = new StudioUser { UserName = "kill@example.org", DisplayName = "kill", StudioId = studio.Id, CreatedAt = DateTimeOffset.UtcNow };
        await using (var db = await app.Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync())
        {
            db.AddRange(studio, user);
            await db.SaveChangesAsync();
        }
        var viewer = new Viewer(user.Id, studio.Id, false, false);
        var token = (await app.Services.GetRequiredService<IApiAccess>().CreateTokenAsync(viewer, "kill", [.. ApiScopes.All.Select(s => s.Scope)], 30)).Secret!;
        var album = await app.Services.GetRequiredService<ISampleAlbum>().CreateAsync(viewer);
        var albums = app.Services.GetRequiredService<IAlbums>();
        foreach (var photo in (await albums.PhotosAsync(viewer, album)).Skip(Photos))
            await albums.DeletePhotoAsync(viewer, photo.Id);
        await app.StartAsync(); // from here on photos are looked at
        while (await app.Services.GetRequiredService<ITraining>().PlanAsync(viewer, album) is not { Refusal: null })
            await Task.Delay(100);
        await app.StopAsync();
        return (token, album);
    }
}
