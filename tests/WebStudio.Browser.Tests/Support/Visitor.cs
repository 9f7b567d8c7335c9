namespace WebStudio.Browser.Tests.Support;

/// <summary>A person at a browser, and what the browser complained of meanwhile.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private readonly List<string> _complaints = [];

    public Visitor(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                _complaints.Add($"{page.Url}: {message.Text}");
        };
        page.PageError += (_, error) => _complaints.Add($"{page.Url}: {error}");
    }

    public IPage Page { get; }

    /// <summary>Errors on the console and exceptions of scripts so far.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>Forgets complaints that were provoked on purpose, such as those about a server that was killed.</summary>
    public void ForgiveComplaints() => _complaints.Clear();

    /// <summary>Opens a page and waits until it shows its heading.</summary>
    public async Task OpenAsync(string path)
    {
        await Page.GotoAsync(path);
        await Page.Locator("h1").First.WaitForAsync();
    }

    /// <summary>Chooses a file in the page's one Blazor file input, once that input listens: what is chosen earlier goes unheard.</summary>
    public async Task ChooseAsync(string path)
    {
        await Page.WaitForFunctionAsync("() => document.querySelector('input[type=file]')?._blazorInputFileNextFileId !== undefined");
        await Page.Locator("input[type=file]").SetInputFilesAsync(path);
    }

    /// <summary>What a request of this person answers, without following it.</summary>
    public async Task<int> StatusOfAsync(string path) => (await Page.Context.APIRequest.GetAsync(path, new() { MaxRedirects = 0 })).Status;

    /// <summary>Fails where the page is wider than the screen.</summary>
    public async Task ExpectNoSidewaysScrollingAsync()
    {
        var (content, screen) = (await Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await Page.EvaluateAsync<int>("window.innerWidth"));
        Assert.True(content <= screen, $"{Page.Url} is {content} px wide on a screen of {screen} px");
    }

    public async ValueTask DisposeAsync() => await Page.Context.CloseAsync();
}
