using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Components.Training;
using WebStudio.Server.Accounts;
using WebStudio.Server.Albums;
using WebStudio.Server.Data;
using WebStudio.Server.Jobs;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Tests.Jobs;

/// <summary>The application on a folder of its own: real SQLite, real files, the device's real thread. Its hosted services run between StartAsync and StopAsync only.</summary>
internal sealed class TrainingStudio : IAsyncDisposable
{
    public const int Photos = 8;

    private readonly TemporaryFolder _folder = new();
    private readonly string[] _settings;
    private WebApplication? _app;

    private TrainingStudio(string[] settings) => _settings = settings;

    public Viewer Ada { get; private set; } = default!;

    public Viewer Ben { get; private set; } = default!;

    public DataFolders Folders => Get<DataFolders>();

    public ITraining Training => Get<ITraining>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Two members of one studio; nothing runs yet.</summary>
    /// <param name="settings">As on the command line: --Training:QuickPasses=3.</param>
    public static async Task<TrainingStudio> CreateAsync(params string[] settings)
    {
        var studio = new TrainingStudio(settings);
        studio.Build();
        await studio._app!.MigrateAsync();
        await using var db = await studio.DatabaseAsync();
        var place = new Studio { Name = "S" };
        var (ada, ben) = (new StudioUser { UserName = "ada", StudioId = place.Id }, new StudioUser { UserName = "ben", StudioId = place.Id });
        db.AddRange(place, ada, ben);
        await db.SaveChangesAsync(Cancel);
        (studio.Ada, studio.Ben) = (new(ada.Id, place.Id, false, false), new(ben.Id, place.Id, false, false));
        return studio;
    }

    public T Get<T>() where T : notnull => _app!.Services.GetRequiredService<T>();

    public Task<StudioDb> DatabaseAsync() => Get<IDbContextFactory<StudioDb>>().CreateDbContextAsync(Cancel);

    public Task StartAsync() => _app!.StartAsync(Cancel);

    /// <summary>Ends the server as a signal does, and makes a new one on the same folder, not started.</summary>
    public async Task EndAndBuildAgainAsync()
    {
        await _app!.StopAsync(Cancel);
        await _app.DisposeAsync();
        Build();
    }

    /// <summary>An album that counts as curated; its photos show nothing that could be trained on.</summary>
    public async Task<Guid> AddEmptyAlbumAsync(Viewer owner, Consent? consent)
    {
        await using var db = await DatabaseAsync();
        var album = new Album { OwnerId = owner.UserId, StudioId = owner.StudioId, Name = "Summer", Person = "Lea", CreatedAt = DateTimeOffset.UtcNow, Consent = consent };
        db.Add(album);
        await db.SaveChangesAsync(Cancel);
        return album.Id;
    }

    /// <summary>Eight photos of the sample's synthetic person, looked at by the started server.</summary>
    public async Task<Guid> AddFacesAsync(Viewer owner)
    {
        var id = await Get<ISampleAlbum>().CreateAsync(owner, null, Cancel);
        await using (var db = await DatabaseAsync())
        {
            var many = await db.Photos.Where(p => p.AlbumId == id).OrderBy(p => p.FileName).Skip(Photos).Select(p => p.Id).ToListAsync(Cancel);
            await db.Photos.Where(p => many.Contains(p.Id)).ExecuteDeleteAsync(Cancel);
        }
        await StartAsync();
        await UntilAsync(async () =>
        {
            await using var db = await DatabaseAsync();
            return await db.Albums.AnyAsync(a => a.Id == id && a.CuratedRevision == a.Revision && a.Photos.All(p => p.IsAnalysed), Cancel);
        });
        return id;
    }

    /// <summary>A job's row and its model's, as the page would have made them.</summary>
    public async Task<Job> AddJobAsync(Viewer owner, Guid album, JobState state, DateTimeOffset created, double seconds = 0, DateTimeOffset? started = null)
    {
        await using var db = await DatabaseAsync();
        var model = new Server.Models.Model { OwnerId = owner.UserId, StudioId = owner.StudioId, AlbumId = album, Name = "Lea", CreatedAt = created };
        var job = new Job { OwnerId = owner.UserId, StudioId = owner.StudioId, RequestId = Guid.NewGuid(), AlbumId = album, ModelId = model.Id, Request = JsonSerializer.Serialize(new TrainingRequest { RequestId = Guid.NewGuid(), AlbumId = album, Attributes = [new("yaw", null)] }), State = state, DeviceSeconds = seconds, CreatedAt = created, StartedAt = started };
        db.AddRange(model, job);
        await db.SaveChangesAsync(Cancel);
        return job;
    }

    public async Task<Job?> JobAsync(Guid id)
    {
        await using var db = await DatabaseAsync();
        return await db.Jobs.AsNoTracking().FirstOrDefaultAsync(j => j.Id == id, Cancel);
    }

    public Task StateAsync(Guid job, JobState state) => UntilAsync(async () =>
    {
        var row = await JobAsync(job);
        if (row is { State: JobState.Failed } && state != JobState.Failed)
            Assert.Fail(row.Error);
        return row?.State == state;
    });

    /// <summary>Waits as long as the test may run.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        while (!await holds())
            await Task.Delay(50, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _app!.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    private void Build() => _app = StudioHost.Build([$"--Storage:Root={_folder.Path}", "--urls=http://127.0.0.1:0", .. _settings]);
}
