using WebStudio.Browser.Tests.Support;
using WebStudio.Gpu.Imaging;
using static Microsoft.Playwright.Assertions;

namespace WebStudio.Browser.Tests;

/// <summary>The way of a new studio from the set-up link to an edited portrait, in a real browser against the real program.</summary>
[Trait("Category", "Browser"), Collection(Chromium.Studio)]
public sealed class WholeWayTests(Chromium chromium) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("webstudio-photos-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task From_the_set_up_link_to_an_edited_portrait_that_only_the_right_people_see()
    {
        await using var studio = await StudioProcess.StartAsync("--Training:QuickPasses=60");
        await using var ada = await chromium.VisitAsync(studio);
        var files = new HashSet<string>();
        ada.Page.Request += (_, request) =>
        {
            if (new Uri(request.Url).AbsolutePath.StartsWith("/files/", StringComparison.Ordinal))
                files.Add(new Uri(request.Url).PathAndQuery);
        };

        await ada.JoinAsync(studio.SetUpLink, "Ada");
        var album = await ada.CreateAlbumAsync("Summer");
        await UploadAsync(ada, 10);
        var job = await ada.TrainQuicklyAsync(album);
        await WatchAsync(ada);
        var model = await OpenEditorAsync(ada);
        await EditAsync(ada);
        Assert.Equal([], ada.Complaints);

        string[] pages = [album, $"{album}/train", job, model, $"{model}/edit"];
        var (member, supervisor) = (await ada.InviteAsync("Member"), await ada.InviteAsync("Supervisor"));
        await StrangersSeeNothingAsync(studio, member, pages, files);
        await SupervisorsSeeItAsync(studio, supervisor, pages, files);
        await EveryPageFitsAPhoneAsync(studio, pages);
    }

    private async Task UploadAsync(Visitor ada, int count)
    {
        await ada.Page.Locator("input[type=file]").First.SetInputFilesAsync(UploadPhotos.Get(_folder, count));
        // Every photo was looked at once its status is no longer waiting.
        await Expect(ada.Page.GetByText($"{count} photos").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(ada.Page.GetByRole(AriaRole.Link, new() { Name = "Train a model" })).ToBeVisibleAsync(new() { Timeout = 120_000 });
    }

    /// <summary>A training is live, the same after a reload, and ends.</summary>
    private static async Task WatchAsync(Visitor ada)
    {
        await ada.ExpectStateAsync("Training", 120);
        await Expect(ada.Page.Locator("img[src*='/shot-']").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        var before = await PassAsync(ada);
        await ada.Page.ReloadAsync();
        await ada.ExpectStateAsync("Training");
        await Expect(ada.Page.Locator("img[src*='/shot-']").First).ToBeVisibleAsync();
        Assert.True(await PassAsync(ada) >= before, "the reloaded page shows an earlier state");
        await ada.ExpectStateAsync("Trained", 300);
    }

    private static async Task<int> PassAsync(Visitor visitor)
    {
        var text = await visitor.Page.Locator(".status").InnerTextAsync();
        var match = System.Text.RegularExpressions.Regex.Match(text, @"pass (\d+) of");
        Assert.True(match.Success, $"no pass in '{text}'");
        return int.Parse(match.Groups[1].Value);
    }

    /// <summary>Opens the editor from the training's page; the model's address.</summary>
    private static async Task<string> OpenEditorAsync(Visitor ada)
    {
        await ada.Page.GetByRole(AriaRole.Link, new() { Name = "Open editor" }).ClickAsync();
        await new EditorCanvas(ada.Page).WaitForPictureAsync();
        return new Uri(ada.Page.Url).AbsolutePath.Replace("/edit", "");
    }

    /// <summary>A dragged slider shows another picture, undo the first one again, and the download is a picture.</summary>
    private static async Task EditAsync(Visitor ada)
    {
        var canvas = new EditorCanvas(ada.Page);
        var original = await canvas.SettleAsync();
        await canvas.DragAsync("Smile", 0.4);
        var edited = await canvas.SettleAsync();
        EditorCanvas.Differ(original, edited);
        await ada.Page.Keyboard.PressAsync("z");
        EditorCanvas.Same(original, await canvas.SettleAsync());
        await ada.Page.Keyboard.PressAsync("y");
        EditorCanvas.Same(edited, await canvas.SettleAsync());

        await ada.Page.GetByText("Download", new() { Exact = true }).ClickAsync();
        var download = await ada.Page.RunAndWaitForDownloadAsync(() => ada.Page.GetByRole(AriaRole.Button, new() { Name = "PNG" }).ClickAsync());
        var picture = ImageFile.Read(await download.PathAsync());
        EditorCanvas.Nearer(picture, edited.Resize(picture.Width, picture.Height), original.Resize(picture.Width, picture.Height));
    }

    private async Task StrangersSeeNothingAsync(StudioProcess studio, string invitation, string[] pages, IEnumerable<string> files)
    {
        Assert.NotEmpty(files);
        await using var anonymous = await chromium.VisitAsync(studio);
        foreach (var page in pages)
            Assert.Equal(302, await anonymous.StatusOfAsync(page));
        foreach (var file in files)
            Assert.Equal(401, await anonymous.StatusOfAsync(file));

        await using var bob = await chromium.VisitAsync(studio);
        await bob.JoinAsync(invitation, "Bob"); // welcomed as a newcomer: nothing of Ada's is on his home page
        foreach (var page in pages)
        {
            await bob.OpenAsync(page);
            await Expect(bob.Page.GetByText("belongs to somebody else")).ToBeVisibleAsync();
        }
        foreach (var file in files)
            Assert.Equal(404, await bob.StatusOfAsync(file));
        await bob.OpenAsync("/albums");
        await Expect(bob.Page.GetByText("Summer")).Not.ToBeVisibleAsync();
        foreach (var page in (string[])["/admin/people", "/admin/bases"])
        {
            await bob.Page.GotoAsync(page);
            await Expect(bob.Page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "People" }).Or(bob.Page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Base models" }))).Not.ToBeVisibleAsync();
        }
    }

    private async Task SupervisorsSeeItAsync(StudioProcess studio, string invitation, string[] pages, IEnumerable<string> files)
    {
        await using var grace = await chromium.VisitAsync(studio);
        await grace.JoinAsync(invitation, "Grace");
        await Expect(grace.Page.GetByRole(AriaRole.Heading, new() { Name = "In your studio" })).ToBeVisibleAsync();
        await grace.OpenAsync(pages[0]);
        await Expect(grace.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Summer");
        foreach (var file in files)
            Assert.Equal(200, await grace.StatusOfAsync(file));
        await grace.OpenAsync(pages[^1]);
        await new EditorCanvas(grace.Page).WaitForPictureAsync();
        Assert.Equal([], grace.Complaints);
    }

    private async Task EveryPageFitsAPhoneAsync(StudioProcess studio, string[] pages)
    {
        await using var phone = await chromium.VisitAsync(studio, width: 390, height: 844, scheme: ColorScheme.Dark);
        await phone.Page.GotoAsync("/account/sign-in");
        await phone.ExpectNoSidewaysScrollingAsync();
        await phone.Page.GetByLabel("E-mail").FillAsync("ada@example.org");
        await phone.Page.GetByLabel("Password").FillAsync(StudioActions.Password);
        await phone.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        foreach (var page in (string[])["/", "/albums", "/albums/new", "/queue", "/account", "/admin/people", "/admin/bases", .. pages])
        {
            await phone.OpenAsync(page);
            await phone.Page.WaitForTimeoutAsync(300); // pictures and live parts come after the heading
            await phone.ExpectNoSidewaysScrollingAsync();
            var ground = await phone.Page.EvaluateAsync<int>("(getComputedStyle(document.querySelector('.account') ?? document.body).backgroundColor.match(/\\d+/g) ?? [255]).slice(0, 3).reduce((a, b) => a + Number(b), 0)");
            Assert.True(ground < 3 * 100, $"{page} is not dark in a dark browser");
        }
        Assert.Equal([], phone.Complaints);
    }
}
