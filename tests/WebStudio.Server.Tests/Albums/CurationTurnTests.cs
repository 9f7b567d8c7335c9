using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Tests.Imaging;
using WebStudio.Server.Accounts;
using WebStudio.Server.Albums;
using WebStudio.Server.Data;

namespace WebStudio.Server.Tests.Albums;

/// <summary>Whose album is looked at next.</summary>
public sealed class CurationTurnTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_album_that_is_all_looked_at_is_decided_on_while_others_still_upload()
    {
        using var folder = new TemporaryFolder();
        await using var app = StudioHost.Build([$"--Storage:Root={folder.Path}"]);
        await app.MigrateAsync();
        var databases = app.Services.GetRequiredService<IDbContextFactory<StudioDb>>();
        var (small, large) = await AlbumsAsync(databases);
        var (store, time) = (app.Services.GetRequiredService<PhotoStore>(), new HandTime());
        var work = new CurationWork(databases, app.Services.GetRequiredService<PhotoAnalyses>(), app.Services.GetRequiredService<AlbumDecisions>(), app.Services.GetRequiredService<AlbumFeed>(), time);
        async Task Upload(Album album, int size) => await store.AddAsync(album, $"{size}.png", new MemoryStream(ImageEncoder.Encode(PictureBytes.Gradient(size, 24), ImageFormat.Png)), Cancel);

        await Upload(small, 32);
        Assert.True(await work.StepAsync(Cancel)); // its only photo
        for (var size = 40; size < 44; size++)
            await Upload(large, size);
        Assert.True(await work.StepAsync(Cancel));
        time.Now += TimeSpan.FromMinutes(1);
        Assert.True(await work.StepAsync(Cancel));

        await using var db = await databases.CreateDbContextAsync(Cancel);
        var albums = await db.Albums.AsNoTracking().ToDictionaryAsync(a => a.Id, Cancel);
        Assert.Equal(albums[small.Id].Revision, albums[small.Id].CuratedRevision);
        Assert.NotEqual(albums[large.Id].Revision, albums[large.Id].CuratedRevision);
        Assert.InRange(await db.Photos.CountAsync(p => p.AlbumId == large.Id && !p.IsAnalysed, Cancel), 1, 4);
    }

    private static async Task<(Album Small, Album Large)> AlbumsAsync(IDbContextFactory<StudioDb> databases)
    {
        await using var db = await databases.CreateDbContextAsync(Cancel);
        var studio = new Studio { Name = "Studio" };
        var user = new StudioUser { UserName = "ada", StudioId = studio.Id };
        Album New(string name) => new() { OwnerId = user.Id, StudioId = studio.Id, Name = name, Person = "Lea" };
        var (small, large) = (New("small"), New("large"));
        db.AddRange(studio, user, small, large);
        await db.SaveChangesAsync(Cancel);
        return (small, large);
    }

    private sealed class HandTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
