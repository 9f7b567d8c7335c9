using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Server.Accounts;
using WebStudio.Server.Albums;
using WebStudio.Server.Data;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Tests.Albums;

/// <summary>The sample album on the application's own services: real SQLite, real files, the device's real thread.</summary>
public sealed class SampleAlbumsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private WebApplication _app = default!;
    private Viewer _viewer = default!;

    private ISampleAlbum Samples => _app.Services.GetRequiredService<ISampleAlbum>();

    public async ValueTask InitializeAsync()
    {
        _app = StudioHost.Build([$"--Storage:Root={_folder.Path}"]);
        await _app.MigrateAsync();
        await using var db = await Database();
        var studio = new Studio { Name = "S" };
        var user = new StudioUser { UserName = "ada", StudioId = studio.Id };
        db.AddRange(studio, user);
        await db.SaveChangesAsync();
        _viewer = new(user.Id, studio.Id, false, false);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    private Task<StudioDb> Database() => _app.Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync();

    [Fact]
    public async Task It_is_labelled_as_synthetic_may_be_trained_on_and_tells_how_far_it_is()
    {
        var told = new List<(int Done, int Total)>();
        var id = await Samples.CreateAsync(_viewer, new Direct(told), TestContext.Current.CancellationToken);

        await using var db = await Database();
        var album = await db.Albums.Include(a => a.Photos).SingleAsync(TestContext.Current.CancellationToken);
        Assert.Equal((id, _viewer.UserId, _viewer.StudioId, true), (album.Id, album.OwnerId, album.StudioId, album.IsSample));
        Assert.Contains("nobody's consent is needed", album.Consent!.Scope);
        Assert.True(album.Consent.HoldsOn(new DateOnly(2100, 1, 1)));
        Assert.Equal(24, album.Photos.Count);
        Assert.All(album.Photos, photo => Assert.StartsWith("synthetic-", photo.FileName));
        Assert.Equal(Enumerable.Range(1, 24).Select(n => (n, 24)), told);
        var folders = _app.Services.GetRequiredService<DataFolders>();
        Assert.All(album.Photos, photo => Assert.Equal(photo.Sha256, Sha256Of(PhotoPlace.Of(folders, album.OwnerId, album.Id, photo.Id).Photo)));
    }

    [Fact]
    public async Task Broken_off_it_leaves_nothing()
    {
        using var stop = new CancellationTokenSource();
        var told = new List<(int Done, int Total)>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Samples.CreateAsync(_viewer, new Direct(told, stop), stop.Token));
        Assert.NotEmpty(told);
        await using var db = await Database();
        Assert.Empty(await db.Albums.ToListAsync(TestContext.Current.CancellationToken));
        Assert.Empty(await db.Photos.ToListAsync(TestContext.Current.CancellationToken));
        Assert.False(Directory.Exists(_app.Services.GetRequiredService<DataFolders>().User(_viewer.UserId)) && Directory.EnumerateFiles(_app.Services.GetRequiredService<DataFolders>().User(_viewer.UserId), "*", SearchOption.AllDirectories).Any());
    }

    private static string Sha256Of(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    /// <summary>Notes what it is told at once; after the third photo it breaks off, where it may.</summary>
    private sealed class Direct(List<(int, int)> told, CancellationTokenSource? stop = null) : IProgress<(int, int)>
    {
        public void Report((int, int) value)
        {
            told.Add(value);
            if (told.Count == 3)
                stop?.Cancel();
        }
    }
}
