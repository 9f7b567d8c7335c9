using System.IO.Compression;
using WebStudio.Browser.Tests.Support;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Imaging.Provenance;
using static Microsoft.Playwright.Assertions;

namespace WebStudio.Browser.Tests;

/// <summary>What a model is good for beside its sliders, in a real browser against the real program, on a small model: portraits, a photo of one's own, repairs, the comparison with the peers, review.</summary>
[Trait("Category", "Browser"), Collection(Chromium.Studio)]
public sealed class MakeTests(Chromium chromium) : IDisposable
{
    private const int Patience = 180_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("webstudio-photos-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Portraits_an_opened_photo_a_repair_a_comparison_and_a_review()
    {
        await using var studio = await StudioProcess.StartAsync("--Training:QuickPasses=4", "--Training:StudySamples=5", "--Training:StudyPhotos=2");
        await using var ada = await chromium.VisitAsync(studio);
        await ada.JoinAsync(studio.SetUpLink, "Ada");
        var album = await ada.CreateAlbumAsync("Summer");
        var photos = UploadPhotos.Get(_folder, 10).ToArray();
        await ada.Page.Locator("input[type=file]").First.SetInputFilesAsync(photos);
        await Expect(ada.Page.GetByRole(AriaRole.Link, new() { Name = "Train a model" })).ToBeVisibleAsync(new() { Timeout = Patience });
        await ada.TrainQuicklyAsync(album);
        await ada.ExpectStateAsync("Trained", 300);
        var href = await ada.Page.GetByRole(AriaRole.Link, new() { Name = "Versions and report" }).GetAttributeAsync("href");
        var model = href!;

        await PortraitsAsync(ada, model);
        await PhotoAsync(ada, model, photos[0]);
        await RepairAsync(ada, model, photos[1]);
        await CompareAsync(ada, model, photos[2]);
        await ReviewAsync(studio, ada, model);
        Assert.Equal([], ada.Complaints);
        await EveryPageFitsAPhoneAsync(studio, model);
    }

    /// <summary>A grid fills, one is starred, and leaves as a zip of pictures that say what they are.</summary>
    private static async Task PortraitsAsync(Visitor ada, string model)
    {
        await ada.OpenAsync($"{model}/portraits");
        await ada.Page.GetByLabel("Head turn").SelectOptionAsync("one");
        await ada.Page.GetByLabel("How many").FillAsync("4");
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Make portraits" }).ClickAsync();
        await Expect(ada.Page.Locator(".grid img")).ToHaveCountAsync(4, new() { Timeout = Patience });
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Star portrait 2" }).ClickAsync();
        var link = ada.Page.GetByRole(AriaRole.Link, new() { Name = "Download 1 starred" });
        var download = await ada.Page.RunAndWaitForDownloadAsync(() => link.ClickAsync());
        using var zip = ZipFile.OpenRead(await download.PathAsync());
        Assert.Equal(["portrait-002.png", "parameters.json"], zip.Entries.Select(e => e.FullName));
        using var picture = new MemoryStream();
        await zip.Entries[0].Open().CopyToAsync(picture);
        Assert.Equal(DigitalSource.TrainedAlgorithmicMedia, PictureXmp.Read(picture.ToArray())!.Source);
        await ada.Page.Locator(".grid a").Nth(1).ClickAsync();
        await new EditorCanvas(ada.Page).WaitForPictureAsync();
    }

    /// <summary>A photo becomes ready for the sliders, goes back whole with its face changed, and the check page reads what was done.</summary>
    private async Task PhotoAsync(Visitor ada, string model, string photo)
    {
        await ada.OpenAsync($"{model}/photos");
        await ada.ChooseAsync(photo);
        await ada.Page.GetByRole(AriaRole.Link, new() { Name = "Open in the editor" }).ClickAsync(new() { Timeout = Patience });
        var canvas = new EditorCanvas(ada.Page);
        await canvas.WaitForPictureAsync();
        await canvas.SettleAsync();
        await canvas.DragAsync("Head turn", 0.4);
        await canvas.SettleAsync();
        await ada.Page.GetByText("Download", new() { Exact = true }).ClickAsync();
        var download = await ada.Page.RunAndWaitForDownloadAsync(() => ada.Page.GetByRole(AriaRole.Button, new() { Name = "The whole photo" }).ClickAsync());
        var file = Path.Combine(_folder, "whole.jpg");
        await download.SaveAsAsync(file);
        var (before, after) = (ImageFile.Read(photo), ImageFile.Read(file));
        Assert.Equal((before.Width, before.Height), (after.Width, after.Height));

        await ada.OpenAsync("/check");
        await ada.ChooseAsync(file);
        await Expect(ada.Page.GetByText("says that it is a photo with parts made by a trained model")).ToBeVisibleAsync();
        await ada.ChooseAsync(photo);
        await Expect(ada.Page.GetByText("says nothing of how it was made")).ToBeVisibleAsync();
        // As large as photos get: it comes over the page's connection, in more messages than an editor may send.
        var large = Path.Combine(_folder, "large.png");
        await File.WriteAllBytesAsync(large, Noise(2600, 2200));
        Assert.True(new FileInfo(large).Length > 15_000_000);
        await ada.ChooseAsync(large);
        await Expect(ada.Page.GetByRole(AriaRole.Heading, new() { Name = "large.png" })).ToBeVisibleAsync();
        await Expect(ada.Page.GetByText("says nothing of how it was made")).ToBeVisibleAsync(new() { Timeout = Patience });
    }

    private static byte[] Noise(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        new Random(1).NextBytes(pixels);
        return ImageEncoder.Encode(new RgbImage(width, height, pixels), ImageFormat.Png);
    }

    /// <summary>A hole is painted, and filled twice.</summary>
    private static async Task RepairAsync(Visitor ada, string model, string photo)
    {
        await ada.OpenAsync($"{model}/repair");
        await ada.ChooseAsync(photo);
        var canvas = ada.Page.Locator(".painter canvas");
        await Expect(canvas).ToBeVisibleAsync();
        await ada.Page.WaitForFunctionAsync("() => document.querySelector('.painter canvas').width > 300 || document.querySelector('.painter img').naturalWidth > 0");
        await canvas.ScrollIntoViewIfNeededAsync();
        var box = (await canvas.BoundingBoxAsync())!;
        await ada.Page.Mouse.MoveAsync(box.X + box.Width * 0.3f, box.Y + box.Height * 0.2f);
        await ada.Page.Mouse.DownAsync();
        await ada.Page.Mouse.MoveAsync(box.X + box.Width * 0.7f, box.Y + box.Height * 0.7f, new() { Steps = 8 });
        await ada.Page.Mouse.UpAsync();
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Another result beside it" }).ClickAsync();
        await ada.Page.GetByLabel("Smile").Nth(1).SelectOptionAsync("one");
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Repair", Exact = true }).ClickAsync();
        await Expect(ada.Page.Locator(".sheet img")).ToHaveCountAsync(3, new() { Timeout = Patience });
        await Expect(ada.Page.GetByRole(AriaRole.Link, new() { Name = "Whole photo" })).ToHaveCountAsync(2);
    }

    /// <summary>The peers are trained and measured in the queue; then the same change is made by each.</summary>
    private static async Task CompareAsync(Visitor ada, string model, string photo)
    {
        await ada.OpenAsync($"{model}/report");
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Compare with its peers" }).ClickAsync();
        await ada.ExpectStateAsync("Compared", Patience / 1000);
        await ada.Page.GetByRole(AriaRole.Link, new() { Name = "Open the report" }).ClickAsync();
        await Expect(ada.Page.GetByRole(AriaRole.Heading, new() { Name = "Leakage when smile" })).ToBeVisibleAsync();
        foreach (var method in (string[])["MyStyle++", "MyStyle", "InterFaceGAN", "SeFa"])
            await Expect(ada.Page.GetByRole(AriaRole.Rowheader, new() { Name = method, Exact = true }).First).ToBeVisibleAsync();

        await ada.OpenAsync($"{model}/compare");
        await ada.Page.GetByLabel("Smile").SelectOptionAsync("one");
        await ada.ChooseAsync(photo);
        await Expect(ada.Page.Locator("table tbody tr")).ToHaveCountAsync(4, new() { Timeout = Patience });
        await Expect(ada.Page.Locator(".rows img")).ToHaveCountAsync(8);
    }

    /// <summary>A supervisor sees what waits and approves it; the author is told.</summary>
    private async Task ReviewAsync(StudioProcess studio, Visitor ada, string model)
    {
        var invitation = await ada.InviteAsync("Supervisor");
        await ada.OpenAsync(model);
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Send for review" }).ClickAsync();
        await Expect(ada.Page.GetByRole(AriaRole.Link, new() { Name = "waits for review" })).ToBeVisibleAsync();
        await using var grace = await chromium.VisitAsync(studio);
        await grace.JoinAsync(invitation, "Grace");
        await grace.OpenAsync("/reviews");
        await grace.Page.Locator(".inbox a").ClickAsync();
        await grace.Page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Expect(grace.Page.GetByText("approved").First).ToBeVisibleAsync();
        await grace.OpenAsync("/audit");
        await Expect(grace.Page.GetByRole(AriaRole.Cell, new() { Name = "approved" })).ToBeVisibleAsync();
        Assert.Equal([], grace.Complaints);
        await Expect(ada.Page.GetByLabel("Notices, 1 unread")).ToBeVisibleAsync(); // on the page that was open all along
    }

    private async Task EveryPageFitsAPhoneAsync(StudioProcess studio, string model)
    {
        await using var phone = await chromium.VisitAsync(studio, width: 390, height: 844, scheme: ColorScheme.Dark);
        await phone.Page.GotoAsync("/account/sign-in");
        await phone.Page.GetByLabel("E-mail").FillAsync("grace@example.org");
        await phone.Page.GetByLabel("Password").FillAsync(StudioActions.Password);
        await phone.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        foreach (var page in (string[])[model, $"{model}/portraits", $"{model}/photos", $"{model}/repair", $"{model}/compare", $"{model}/report", "/reviews", "/audit", "/check", "/queue", "/bin"])
        {
            await phone.OpenAsync(page);
            await phone.Page.WaitForTimeoutAsync(300); // pictures and live parts come after the heading
            await phone.ExpectNoSidewaysScrollingAsync();
        }
        Assert.Equal([], phone.Complaints);
    }
}
