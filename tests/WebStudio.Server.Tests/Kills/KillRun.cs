using System.Diagnostics;

namespace WebStudio.Server.Tests.Kills;

/// <summary>What came of a run.</summary>
/// <param name="Kills">Rounds, each ended with SIGKILL.</param>
/// <param name="WhileStarting">Of them, before the server answered.</param>
/// <param name="Photos">Photos that were taken in.</param>
/// <param name="Deletions">Photos, albums and models whose deletion was confirmed.</param>
/// <param name="Trainings">Trainings that ended with a version.</param>
/// <param name="Resumed">Kills that a training with finished passes went on after.</param>
/// <param name="Swept">Half files and files without a row that the kills left; the next start removed them.</param>
/// <param name="Wrong">What did not hold, with the round.</param>
internal sealed record KillReport(int Kills, int WhileStarting, int Photos, int Deletions, int Trainings, int Resumed, int Swept, IReadOnlyList<string> Wrong);

/// <summary>Kills a server again and again while it is busy, starts it again on the same folder, and holds what is there to what it had said.</summary>
/// <param name="data">Its data folder.</param>
/// <param name="seed">Decides what is done and when it is killed.</param>
/// <param name="tell">Told how it goes.</param>
/// <param name="waitEvery">In one round of so many it is killed when a training has finished passes and is not at its end, in one after photos were taken in and deleted: however slow or quick the machine is.</param>
internal sealed class KillRun(string data, int seed, Action<string> tell, int waitEvery = 8)
{
    private const int FurtherPasses = 3, FurtherPhotos = 5;
    private const double AfterPasses = 0.5; // seconds at most: a quick machine would be through with the training
    private static readonly TimeSpan SweepTakes = TimeSpan.FromMinutes(1), WaitTakes = TimeSpan.FromMinutes(3), TrainingTakes = TimeSpan.FromMinutes(10);
    private static readonly double[] Spans = [2, 6, 15];

    private readonly Random _random = new(seed);
    private readonly Ledger _ledger = new();
    private readonly FolderCheck _folder = new(data);
    private readonly List<string> _wrong = [];
    private readonly HashSet<string> _known = [];
    private string _token = "";
    private int _resumed, _starting, _swept;

    private int Deletions => _ledger.Photos.Values.Count(p => p.Deletion == Wish.Confirmed) + _ledger.Albums.Values.Count(a => a.Deletion == Wish.Confirmed) + _ledger.Models.Values.Count(m => m.Deletion == Wish.Confirmed);

    /// <param name="rounds">How often the server is killed.</param>
    public async Task<KillReport> RunAsync(int rounds)
    {
        (_token, var faces) = await FacesFolder.MakeAsync(data);
        _ledger.Albums.TryAdd(faces, new(faces, true));
        var promises = new PromiseCheck(_ledger, _folder);
        for (var round = 0; round < rounds; round++)
        {
            tell($"round {round}: {_ledger.Photos.Count} photos, {_ledger.Jobs.Count} trainings, {_wrong.Count} wrong");
            await RoundAsync(round, promises);
        }
        await FinishAsync(promises);
        return new(rounds, _starting, _ledger.Photos.Count, Deletions, _ledger.Jobs.Values.Count(j => j.Succeeded), _resumed, _swept, _wrong);
    }

    private async Task RoundAsync(int round, PromiseCheck promises)
    {
        var clock = Stopwatch.StartNew();
        using var server = Start(round);
        var (forPasses, forPhotos) = (round % waitEvery == waitEvery - 2, round % waitEvery == waitEvery - 1);
        if (!forPasses && !forPhotos && _random.Next(5) == 0)
        {
            _starting++;
            await Task.Delay(TimeSpan.FromSeconds(3 * _random.NextDouble()));
            await server.KillAsync();
        }
        else
        {
            await server.WaitUntilReadyAsync();
            await CheckRunningAsync(round, server, promises);
            using var end = new CancellationTokenSource();
            var work = new Programme(server.Http, _ledger, _random.Next(), isQuiet: forPasses).RunAsync(end.Token);
            if (forPasses)
                await WaitForPassesAsync();
            if (forPhotos)
                await WaitForPhotosAsync();
            await Task.Delay(TimeSpan.FromSeconds((forPasses ? AfterPasses : Spans[round % Spans.Length]) * _random.NextDouble()));
            await server.KillAsync();
            await end.CancelAsync();
            await work;
        }
        var rows = Rows.Read(data);
        Note(round, "at rest", [.. _folder.FaultsOf(rows), .. promises.BrokenBy(rows)], server);
        _swept += _folder.StrayBefore(DateTime.UtcNow, rows).Count();
        _resumed += _ledger.Jobs.Values.Count(j => !j.Succeeded && j.Steps > 0);
        while (_ledger.Wrong.TryDequeue(out var wrong))
            Note(round, "answer", [wrong], server);
        tell($"  killed after {clock.Elapsed.TotalSeconds:0.0} s");
    }

    /// <summary>Returns when a training has finished passes since the last kill and has not ended.</summary>
    private Task WaitForPassesAsync()
    {
        var before = _ledger.Jobs.Values.ToDictionary(j => j.Id, j => j.Passes);
        return WaitAsync(() => _ledger.Jobs.Values.Any(j => !j.Succeeded && j.Passes >= before.GetValueOrDefault(j.Id) + FurtherPasses));
    }

    /// <summary>Returns when photos were taken in since the last kill, and something was deleted.</summary>
    private Task WaitForPhotosAsync()
    {
        var (photos, deletions) = (_ledger.Photos.Count, Deletions);
        return WaitAsync(() => _ledger.Photos.Count >= photos + FurtherPhotos && Deletions > deletions);
    }

    private static async Task WaitAsync(Func<bool> holds)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < WaitTakes && !holds(); await Task.Delay(50))
            ;
    }

    /// <summary>Every other start erases at once what is deleted; the others keep it in the bin.</summary>
    private KilledServer Start(int round) => KilledServer.Start(data, _token, "--Training:QuickPasses=40", "--Training:CheckpointSeconds=1", $"--Bin:Days={(round % 2 == 0 ? 30 : 0)}");

    private async Task CheckRunningAsync(int round, KilledServer server, PromiseCheck promises)
    {
        var clock = Stopwatch.StartNew();
        List<string> stray;
        do
        {
            await Task.Delay(100);
            stray = [.. _folder.StrayBefore(server.StartedAt, Rows.Read(data))];
        }
        while (stray.Count > 0 && clock.Elapsed < SweepTakes);
        Note(round, "left behind", stray, server);
        Note(round, "asked", await promises.BrokenByAsync(server.Http, Rows.Read(data), _random), server);
    }

    /// <summary>Without another kill every training ends with a version.</summary>
    private async Task FinishAsync(PromiseCheck promises)
    {
        using var server = Start(0);
        await server.WaitUntilReadyAsync();
        await CheckRunningAsync(-1, server, promises);
        foreach (var job in Rows.Read(data).Jobs.Where(j => KnownJob.IsLeftToPeople(j.Error)))
            (await server.Http.PostAsync($"/api/v1/jobs/{job.Id}/resume", null)).Dispose();
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TrainingTakes && Rows.Read(data).Jobs.Any(j => j.State is not ("Succeeded" or "Failed")); await Task.Delay(500))
            ;
        await server.KillAsync();
        var rows = Rows.Read(data);
        foreach (var job in _ledger.Jobs.Values)
            job.Succeeded |= rows.Versions.Any(v => v.Job == job.Id);
        Note(-1, "never ended", rows.Jobs.Where(j => j.State != "Succeeded").Select(j => $"training {j.Id} is {j.State}: {j.Error}"), server);
        Note(-1, "at the end", [.. _folder.FaultsOf(rows), .. promises.BrokenBy(rows)], server);
    }

    private void Note(int round, string when, IEnumerable<string> wrong, KilledServer server)
    {
        foreach (var fault in wrong.Where(_known.Add)) // what is lost stays lost: it is told once
        {
            _wrong.Add($"round {round}, {when}: {fault}");
            tell($"{_wrong[^1]}\n{server.Said}");
        }
    }
}
