using WebStudio.Gpu.Imaging;
using static Microsoft.Playwright.Assertions;

namespace WebStudio.Browser.Tests.Support;

/// <summary>The editor as a hand and an eye use it: sliders are dragged, and what counts is what the canvas shows.</summary>
internal sealed class EditorCanvas(IPage page)
{
    /// <summary>Mean difference of two pictures above which nobody would call them the same, in levels of 255; JPEG and the browser's scaling stay far below.</summary>
    private const double Visible = 1.5;

    /// <summary>Waits until the model is open and its picture shown.</summary>
    public async Task WaitForPictureAsync()
    {
        await Expect(page.Locator("[data-state=ready]")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.Locator("[data-part=readout]")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex(@"\d+ ms"), new() { Timeout = 60_000 });
        await SettleAsync();
    }

    /// <summary>What the canvas shows once it does not change any more.</summary>
    public async Task<RgbImage> SettleAsync()
    {
        var before = await ReadAsync();
        for (var tries = 0; tries < 40; tries++)
        {
            await page.WaitForTimeoutAsync(250);
            var now = await ReadAsync();
            if (Difference(before, now) == 0)
                return now;
            before = now;
        }
        throw new InvalidOperationException("The canvas did not come to rest.");
    }

    /// <summary>Drags a slider by a share of its length.</summary>
    public async Task DragAsync(string label, double share)
    {
        var slider = page.GetByLabel(label, new() { Exact = true });
        var box = await slider.BoundingBoxAsync() ?? throw new InvalidOperationException($"The slider {label} is not on the page.");
        var at = await slider.EvaluateAsync<double>("s => (s.value - s.min) / (s.max - s.min)");
        const float thumb = 8; // half of the knob's width: the track of its centre
        float X(double where) => box.X + thumb + (float)(where * (box.Width - 2 * thumb));
        var y = box.Y + box.Height / 2;
        await page.Mouse.MoveAsync(X(at), y);
        await page.Mouse.DownAsync();
        for (var step = 1; step <= 12; step++)
            await page.Mouse.MoveAsync(X(Math.Clamp(at + share * step / 12, 0, 1)), y);
        await page.Mouse.UpAsync();
    }

    public static void Same(RgbImage a, RgbImage b) => Assert.True(Difference(a, b) < Visible, $"the pictures differ by {Difference(a, b):F1} levels");

    public static void Differ(RgbImage a, RgbImage b) => Assert.True(Difference(a, b) > Visible, $"the pictures differ by {Difference(a, b):F1} levels only");

    /// <summary>A picture is one of two, however it was resampled and compressed meanwhile.</summary>
    public static void Nearer(RgbImage picture, RgbImage one, RgbImage other)
    {
        var (near, far) = (Difference(picture, one), Difference(picture, other));
        Assert.True(near < 2 * Visible && near < far, $"the picture is {near:F1} levels from what it should be and {far:F1} from what it should not");
    }

    private async Task<RgbImage> ReadAsync()
    {
        var address = await page.Locator("canvas").EvaluateAsync<string>("c => c.toDataURL('image/png')");
        return ImageDecoder.Decode(Convert.FromBase64String(address[(address.IndexOf(',') + 1)..]), "the canvas");
    }

    private static double Difference(RgbImage a, RgbImage b) => a.Pixels.Zip(b.Pixels, (x, y) => (double)Math.Abs(x - y)).Average();
}
