using System.Text.Json;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Albums;
using WebStudio.Gpu;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Imaging;
using WebStudio.Server.Data;

namespace WebStudio.Server.Albums;

/// <summary>
/// Curates albums in the background: looks for faces in new photos one by one, between other work on the device, and decides over an album once it has been quiet for a moment. What is to be
/// done is read from the rows, so that a restart loses nothing.
/// </summary>
internal sealed class AlbumCuration(AlbumDecider decider, IDbContextFactory<StudioDb> databases, PhotoFiles files, AlbumFeed feed, GpuExecutor executor, ComputeContext context, ILogger<AlbumCuration> log) : BackgroundService
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(800);
    private readonly Channel<Guid> _changed = Channel.CreateUnbounded<Guid>();
    private FaceAnalyzer? _analyzer; // the device thread's

    /// <summary>An album has new photos or decisions; its revision was raised.</summary>
    public void Changed(Guid album)
    {
        feed.Changed(album);
        _changed.Writer.TryWrite(album);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using (var db = await databases.CreateDbContextAsync(stoppingToken))
            foreach (var album in await db.Albums.Where(a => a.CuratedRevision != a.Revision || a.Photos.Any(p => !p.IsAnalysed)).Select(a => a.Id).ToListAsync(stoppingToken))
                _changed.Writer.TryWrite(album);
        while (await _changed.Reader.WaitToReadAsync(stoppingToken))
        {
            var albums = new HashSet<Guid>();
            while (_changed.Reader.TryRead(out var album))
                albums.Add(album);
            foreach (var album in albums)
                await TryCurateAsync(album, stoppingToken);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_analyzer is { } analyzer)
            await executor.Interactive(() => { analyzer.Dispose(); return 0; }, CancellationToken.None);
    }

    private async Task TryCurateAsync(Guid album, CancellationToken stop)
    {
        try
        {
            await AnalyseAsync(album, stop);
            if (_changed.Reader.Count > 0)
                await Task.Delay(Quiet, stop); // photos are still coming: their analyses first
            if (_changed.Reader.TryPeek(out var next) && next == album)
                return;
            await DecideAsync(album, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // one album must not end the curation of all others
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.LogError(e, "Album {Album} could not be curated", album);
        }
    }

    private async Task AnalyseAsync(Guid albumId, CancellationToken stop)
    {
        while (true)
        {
            await using var db = await databases.CreateDbContextAsync(stop);
            var photo = await db.Photos.Include(p => p.Album).Where(p => p.AlbumId == albumId && !p.IsAnalysed).OrderBy(p => p.UploadedAt).FirstOrDefaultAsync(stop);
            if (photo is null)
                return;
            var analysis = await LookAsync(photo, stop);
            files.WriteAnalysis(photo.Album!, photo.Id, analysis);
            var boxes = new PhotoFindings([.. analysis.ToObservations().Select(f => f.Box)], new Dictionary<string, AttributeReading>());
            await db.Photos.Where(p => p.Id == photo.Id).ExecuteUpdateAsync(set => set.SetProperty(p => p.IsAnalysed, true).SetProperty(p => p.Findings, JsonSerializer.Serialize(boxes)), stop);
            feed.Changed(albumId);
        }
    }

    private async Task<PhotoAnalysis> LookAsync(Photo photo, CancellationToken stop)
    {
        try
        {
            var image = await Task.Run(() => ImageFile.Read(files.Original(photo.Album!, photo)), stop);
            return PhotoAnalysis.Of(await executor.Background(() => (_analyzer ??= new FaceAnalyzer(context)).Analyze(image), stop));
        }
        catch (InvalidInputException e)
        {
            return new([], e.Message);
        }
    }

    private async Task DecideAsync(Guid albumId, CancellationToken stop)
    {
        var (row, curated, photos) = await decider.DecideAsync(albumId, new(), cancel: stop);
        await using var db = await databases.CreateDbContextAsync(stop);
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        foreach (var decision in curated.Photos)
        {
            var photo = photos[decision.Name];
            if (decision.Aligned is { } face)
                ImageFile.Write(files.Face(row, photo.Id), face.Image, 85);
            else
                File.Delete(files.Face(row, photo.Id));
            var findings = JsonSerializer.Serialize(new PhotoFindings([.. decision.Faces.Select(f => f.Box)],
                decision.Attributes.ToDictionary(a => a.Key.ToString().ToLowerInvariant(), a => a.Value)));
            await db.Photos.Where(p => p.Id == photo.Id).ExecuteUpdateAsync(set => set
                .SetProperty(p => p.Verdict, decision.Verdict).SetProperty(p => p.Reason, decision.Reason).SetProperty(p => p.ChosenFace, decision.ChosenFace).SetProperty(p => p.Findings, findings), stop);
        }
        await db.Albums.Where(a => a.Id == albumId).ExecuteUpdateAsync(set => set.SetProperty(a => a.Outcome, curated.Outcome).SetProperty(a => a.CuratedRevision, row.Revision), stop);
        await transaction.CommitAsync(stop);
        feed.Changed(albumId);
    }
}
