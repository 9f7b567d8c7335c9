using System.Net.Http.Json;
using WebStudio.Benchmarks.Support;
using WebStudio.Server.Tests;

namespace WebStudio.Benchmarks.Load;

/// <summary>Somebody who uploads a hundred photos, four at a time as the page does, rests, and begins again with the next album.</summary>
internal sealed class Uploader(StudioVisitor visitor, Photos photos)
{
    private const int Together = 4;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);

    /// <summary>Uploads until the end.</summary>
    /// <param name="albums">Where to, one after the other.</param>
    /// <param name="each">Photos of a round.</param>
    /// <param name="took">Times of single photos.</param>
    /// <param name="end">Of the run.</param>
    public async Task RunAsync(IReadOnlyList<Guid> albums, int each, Latencies took, CancellationToken end)
    {
        for (var round = 0; !end.IsCancellationRequested; round++)
        {
            var album = albums[round % albums.Count];
            await Parallel.ForEachAsync(Enumerable.Range(0, each), new ParallelOptions { MaxDegreeOfParallelism = Together }, async (n, _) =>
            {
                if (!end.IsCancellationRequested)
                    await took.TimeAsync(() => UploadAsync(album, $"{round}-{n}.jpg"), CancellationToken.None);
            });
            await Task.Delay(Rest, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task UploadAsync(Guid album, string name)
    {
        using var content = new ByteArrayContent(photos.Next());
        using var answer = await visitor.Http.PostAsync($"/api/albums/{album}/photos?name={name}", content);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        if ((await answer.Content.ReadFromJsonAsync<Answer>())?.Status != "added")
            throw new InvalidOperationException("It was taken for one that is there.");
    }

    private sealed record Answer(string Status);
}
