using WebStudio.Browser.Tests.Support;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace WebStudio.Browser.Tests.Support;

/// <summary>One Chromium for all tests; where the machine has none, tests say so and are skipped.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>Collection of all that starts a server: two trainings side by side would only wait for each other.</summary>
    public const string Studio = "Studio";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        var executable = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        if (executable is null)
            return;
        Assertions.SetDefaultExpectTimeout(30_000); // a page that is slow on a busy machine is not wrong
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = executable, Args = Arguments });
    }

    /// <summary>A person at a browser of their own: cookies are theirs alone.</summary>
    internal async Task<Visitor> VisitAsync(StudioProcess studio, int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        Assert.SkipWhen(_browser is null, "no Chromium on this machine: nothing was tried in a browser");
        var context = await _browser!.NewContextAsync(new() { BaseURL = studio.Address, ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme });
        context.SetDefaultTimeout(30_000);
        return new Visitor(await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
