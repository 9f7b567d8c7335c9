using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;

namespace WebStudio.Benchmarks.EditorLatency;

/// <summary>What was measured.</summary>
/// <param name="Latencies">Milliseconds, one for each move, ascending.</param>
/// <param name="Pictures">Pictures drawn: fewer than moves where moves came faster.</param>
/// <param name="ServerMedian">Milliseconds of rendering and encoding.</param>
internal sealed record DragFigures(double[] Latencies, int Pictures, double ServerMedian)
{
    public int Moves => Latencies.Length;

    public double Percentile(double share) => Latencies.Length == 0 ? double.NaN : Latencies[Math.Min(Latencies.Length - 1, (int)(share / 100 * Latencies.Length))];
}

/// <summary>Drags a slider in Chromium with the mouse and takes the time in the page.</summary>
internal static class DraggedSlider
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    /// <summary>For every move of the slider: how long until a picture was drawn that was asked for at that move or a later one.</summary>
    private const string Probe = """
        () => {
          const root = document.querySelector('.editor');
          const probe = window.probe = { moves: [], latencies: [], pictures: 0, server: [] };
          root.querySelector('[data-part=sliders] .range').addEventListener('input', e => probe.moves.push(e.timeStamp), true);
          root.addEventListener('studio-frame', ({ detail }) => {
            const now = performance.now();
            const shown = now - detail.latency; // the moment of the move that this picture shows
            probe.pictures++;
            probe.server.push(detail.server);
            while (probe.moves.length && probe.moves[0] <= shown + 0.5) probe.latencies.push(now - probe.moves.shift());
          });
        }
        """;

    public static async Task<DragFigures> MeasureAsync(string address, LatencySeed seed, int seconds, int perSecond)
    {
        var executable = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("There is no Chromium on this machine.");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = executable, Args = Arguments });
        var context = await browser.NewContextAsync(new() { BaseURL = address, ViewportSize = new() { Width = 1440, Height = 900 } });
        context.SetDefaultTimeout(60_000);
        await context.AddCookiesAsync([new() { Name = seed.Member.Cookie, Value = seed.Member.Ticket, Url = address }]);
        var page = await context.NewPageAsync();
        await page.GotoAsync($"/models/{seed.Model.ModelId}/edit");
        await page.Locator(".editor[data-state=ready]").WaitForAsync();
        var slider = page.Locator("[data-part=sliders] .range").First;
        var box = await slider.BoundingBoxAsync() ?? throw new InvalidOperationException("The page shows no slider.");

        await DragAsync(page, box, 3, perSecond); // warm
        await page.EvaluateAsync(Probe);
        await DragAsync(page, box, seconds, perSecond);
        await page.WaitForTimeoutAsync(2000);
        var figures = await page.EvaluateAsync<JsonElement>("() => window.probe");
        double[] Numbers(string name) => [.. figures.GetProperty(name).EnumerateArray().Select(n => n.GetDouble()).Order()];
        var server = Numbers("server");
        return new(Numbers("latencies"), figures.GetProperty("pictures").GetInt32(), server.Length == 0 ? double.NaN : server[server.Length / 2]);
    }

    /// <summary>There and back again over the slider, as a hand does that looks for something.</summary>
    private static async Task DragAsync(IPage page, LocatorBoundingBoxResult box, int seconds, int perSecond)
    {
        float At(double t) => (float)(box.X + box.Width * (0.5 + 0.4 * Math.Sin(t * 2)));
        var y = box.Y + box.Height / 2;
        await page.Mouse.MoveAsync(At(0), y);
        await page.Mouse.DownAsync();
        var clock = Stopwatch.StartNew();
        for (var n = 1; clock.Elapsed.TotalSeconds < seconds; n++)
        {
            await page.Mouse.MoveAsync(At(clock.Elapsed.TotalSeconds), y);
            if (TimeSpan.FromSeconds(n / (double)perSecond) - clock.Elapsed is { Ticks: > 0 } early)
                await Task.Delay(early);
        }
        await page.Mouse.UpAsync();
    }
}
