using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Creations;
using WebStudio.Gpu;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Tests.Imaging;
using WebStudio.Server.Albums;
using WebStudio.Server.Creations;

namespace WebStudio.Server.Tests.Albums;

/// <summary>How much memory pictures may take while they are decoded.</summary>
public sealed class PictureDecodingTests
{
    [Fact]
    public async Task Two_pictures_are_decoded_at_a_time_whoever_asks_and_one_that_fails_gives_its_place_back()
    {
        using var decoding = new PictureDecoding();
        var (now, most) = (0, 0);
        using var gate = new SemaphoreSlim(0);
        var asked = Enumerable.Range(0, 6).Select(n => decoding.RunAsync(() =>
        {
            var running = Interlocked.Increment(ref now);
            InterlockedMax(ref most, running);
            gate.Wait(TestContext.Current.CancellationToken);
            Interlocked.Decrement(ref now);
            return n % 2 == 0 ? n : throw new InvalidInputException("damaged");
        })).ToList();
        while (Volatile.Read(ref now) < 2)
            await Task.Delay(1, TestContext.Current.CancellationToken);
        gate.Release(6);
        var made = 0;
        foreach (var one in asked)
            try
            {
                made += await one;
            }
            catch (InvalidInputException)
            {
                made += 100;
            }
        Assert.Equal((306, 2), (made, most));
        using var gaveUp = new CancellationTokenSource();
        await gaveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => decoding.RunAsync(() => 0, gaveUp.Token));
        Assert.Equal(7, await decoding.RunAsync(() => 7));
    }

    [Fact]
    public async Task A_photo_to_edit_or_repair_has_no_more_pixels_than_one_of_an_album()
    {
        await using var studio = await StudioServer.StartAsync("--Albums:MaxMegapixels=1");
        var files = studio.Services.GetRequiredService<CreationFiles>();
        using var photo = new MemoryStream(ImageEncoder.Encode(PictureBytes.Gradient(1200, 900), ImageFormat.Png));
        var refusal = await Assert.ThrowsAsync<InvalidInputException>(() => files.KeepAsync(new Creation { OwnerId = "ada", Name = "", Request = "" }, 0, new CreationUpload("large.png", photo), TestContext.Current.CancellationToken));
        Assert.Contains("large.png is 1200 × 900 pixels", refusal.Message);
        Assert.Contains("at most 1 megapixels", refusal.Message);
    }

    private static void InterlockedMax(ref int place, int value)
    {
        for (int seen; (seen = Volatile.Read(ref place)) < value && Interlocked.CompareExchange(ref place, value, seen) != seen;)
        {
        }
    }
}
