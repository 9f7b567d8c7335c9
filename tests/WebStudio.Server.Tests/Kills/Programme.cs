using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace WebStudio.Server.Tests.Kills;

/// <summary>What goes on at a server at once: uploads, decisions on photos, trainings, deletions, and somebody who looks at everything. Goes on until the server is gone.</summary>
/// <param name="http">The server.</param>
/// <param name="ledger">Where its answers are noted.</param>
/// <param name="seed">Decides what is done.</param>
/// <param name="isQuiet">Nothing new comes to be looked at, so that a training has the device on a slow machine as well.</param>
internal sealed class Programme(HttpClient http, Ledger ledger, int seed, bool isQuiet)
{
    private const string Api = "/api/v1";

    // More would be looked at for so long that the album of faces never had its turn.
    private const int MostPhotos = 25;

    private static readonly JsonSerializerOptions Json = JsonSerializerOptions.Web;

    private readonly int _trainings = ledger.Jobs.Count;

    /// <summary>Ends when the server no longer answers.</summary>
    public Task RunAsync(CancellationToken end) => Task.WhenAll(
        LoopAsync(0, 1200, UploadAsync, end), LoopAsync(1, 1200, UploadAsync, end), LoopAsync(2, 600, DecideAsync, end), LoopAsync(3, 100, TrainAsync, end), LoopAsync(4, 500, DeleteAsync, end), LoopAsync(5, 50, LookAsync, end));

    private async Task LoopAsync(int number, int pause, Func<Random, Task> step, CancellationToken end)
    {
        var random = new Random(unchecked(seed * 31 + number));
        while (!end.IsCancellationRequested)
        {
            try
            {
                await step(random);
                await Task.Delay(random.Next(pause * 2), end);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or SocketException or OperationCanceledException)
            {
                return; // the server is gone: what was asked and not answered stays unknown
            }
        }
    }

    private async Task UploadAsync(Random random)
    {
        if (isQuiet || ledger.Photos.Values.Count(Ledger.MustBe) >= MostPhotos)
            return;
        var album = Some(random, ledger.Albums.Values.Where(a => !a.IsTrainedOn && a.Deletion == Wish.None));
        if (album is null || random.Next(12) == 0)
        {
            var made = await SendAsync(HttpMethod.Post, $"{Api}/albums", JsonContent.Create(new { name = "Summer", person = "Lea" }), HttpStatusCode.Created);
            if (made is { } answer)
                ledger.Albums.TryAdd(IdOf(answer), new(IdOf(answer), false));
            return;
        }
        var picture = NoisyPicture.Make(random);
        using var content = new SlowContent(picture, random.Next(3) == 0 ? 15 : 0);
        if (await SendAsync(HttpMethod.Post, $"{Api}/albums/{album.Id}/photos?name=photo.jpg", content, HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.UnprocessableEntity) is { ValueKind: JsonValueKind.Object } added && added.TryGetProperty("photo", out var id) && id.ValueKind == JsonValueKind.String)
            ledger.Photos.TryAdd(id.GetGuid(), new(id.GetGuid(), album, Convert.ToHexStringLower(SHA256.HashData(picture))));
    }

    private async Task DecideAsync(Random random)
    {
        if (isQuiet || Some(random, ledger.Photos.Values.Where(Ledger.MustBe)) is not { } photo)
            return;
        var decision = JsonSerializer.Serialize<object>(random.Next(4) switch
        {
            0 => new { },
            1 => new { use = false },
            2 => new { tags = new { mark = $"{random.Next(100)}" } },
            _ => new { crop = new { left_eye = (int[])[random.Next(20, 40), 40], right_eye = (int[])[random.Next(60, 80), 40], mouth = (int[])[50, random.Next(60, 80)] } },
        });
        photo.Decisions.Enqueue(decision == "{}" ? "" : decision);
        using var content = new StringContent(decision, Encoding.UTF8, "application/json");
        if (await SendAsync(HttpMethod.Post, $"{Api}/albums/{photo.Album.Id}/photos/{photo.Id}/decision", content, HttpStatusCode.NoContent, HttpStatusCode.NotFound, HttpStatusCode.UnprocessableEntity) is { ValueKind: JsonValueKind.Undefined })
            while (photo.Decisions.Count > 1)
                photo.Decisions.TryDequeue(out _);
    }

    private async Task TrainAsync(Random random)
    {
        foreach (var job in ledger.Jobs.Values.Where(j => !j.Succeeded))
            if (await SendAsync(HttpMethod.Get, $"{Api}/jobs/{job.Id}", null, HttpStatusCode.OK) is { } now)
            {
                if (now.GetProperty("passes") is { ValueKind: JsonValueKind.Number } passes)
                    job.Passes = Math.Max(job.Passes, passes.GetInt32());
                job.Succeeded = now.GetProperty("state").GetString() == "succeeded";
                // After many ends at the same point the server leaves it to people to go on.
                if (now.GetProperty("state").GetString() == "failed" && KnownJob.IsLeftToPeople(now.GetProperty("error").GetString()!))
                    await SendAsync(HttpMethod.Post, $"{Api}/jobs/{job.Id}/resume", null, HttpStatusCode.OK);
                else if (now.GetProperty("state").GetString() is "failed" or "cancelled" or "paused")
                    ledger.Wrong.Enqueue($"training {job.Id} is {now}");
            }
        if (ledger.Jobs.Values.Any(j => !j.Succeeded) || ledger.Albums.Values.FirstOrDefault(a => a.IsTrainedOn) is not { } album)
            return;
        // The second training of a model makes its second version.
        var further = _trainings % 2 == 1 ? Some(random, ledger.Models.Values.Where(m => m.Deletion == Wish.None)) : null;
        var wish = JsonContent.Create(new { requestId = Guid.NewGuid(), albumId = album.Id, attributes = (string[])["yaw"], quality = "quick", modelId = further?.Id });
        if (await SendAsync(HttpMethod.Post, $"{Api}/jobs", wish, HttpStatusCode.Created, HttpStatusCode.UnprocessableEntity) is { } answer && answer.TryGetProperty("modelId", out var model))
            ledger.Jobs.TryAdd(IdOf(answer), new(IdOf(answer), ledger.Models.GetOrAdd(model.GetGuid(), id => new(id))));
    }

    private async Task DeleteAsync(Random random)
    {
        switch (random.Next(4))
        {
            case 0 when Some(random, ledger.Albums.Values.Where(a => !a.IsTrainedOn && a.Deletion == Wish.None)) is { } album:
                album.Deletion = Wish.Asked;
                if (await SendAsync(HttpMethod.Delete, $"{Api}/albums/{album.Id}", null, HttpStatusCode.NoContent) is not null)
                    album.Deletion = Wish.Confirmed;
                break;
            case 1 when ledger.Models.Values.Where(m => m.Deletion == Wish.None && ledger.Jobs.Values.Where(j => j.Model == m).All(j => j.Succeeded)).ToList() is { Count: > 1 } models:
                var done = models[random.Next(models.Count)];
                done.Deletion = Wish.Asked;
                if (await SendAsync(HttpMethod.Delete, $"{Api}/models/{done.Id}", null, HttpStatusCode.NoContent, HttpStatusCode.UnprocessableEntity) is { } deleted)
                    done.Deletion = deleted.ValueKind == JsonValueKind.Object ? Wish.None : Wish.Confirmed; // a problem says why not
                break;
            default:
                if (Some(random, ledger.Photos.Values.Where(Ledger.MustBe)) is not { } photo)
                    return;
                photo.Deletion = Wish.Asked;
                if (await SendAsync(HttpMethod.Delete, $"{Api}/albums/{photo.Album.Id}/photos/{photo.Id}", null, HttpStatusCode.NoContent, HttpStatusCode.NotFound) is not null)
                    photo.Deletion = Wish.Confirmed;
                break;
        }
    }

    /// <summary>Whatever the server sends of a photo must be a whole picture.</summary>
    private async Task LookAsync(Random random)
    {
        if (Some(random, ledger.Photos.Values.Where(Ledger.MustBe)) is not { } photo)
            return;
        var kind = random.Next(3) switch { 0 => "full", 1 => "face", _ => "thumb" };
        using var answer = await http.GetAsync($"{Api}/albums/{photo.Album.Id}/photos/{photo.Id}/{kind}");
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return; // deleted meanwhile, or no face was found; that none is lost is looked at when all is quiet
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        if (answer.StatusCode != HttpStatusCode.OK || !WholeFile.IsPicture(bytes))
            ledger.Wrong.Enqueue($"{kind} of photo {photo.Id}: {answer.StatusCode}, {bytes.Length} bytes that are no whole picture");
    }

    /// <returns>The answer as JSON, undefined where it is empty; null where it was none of those that are expected, which is noted.</returns>
    private async Task<JsonElement?> SendAsync(HttpMethod method, string path, HttpContent? content, params HttpStatusCode[] expected)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        if (!expected.Contains(answer.StatusCode))
        {
            ledger.Wrong.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{method} {path} was answered {(int)answer.StatusCode}: {text}"));
            return null;
        }
        return text.Length == 0 ? default(JsonElement) : JsonSerializer.Deserialize<JsonElement>(text, Json);
    }

    private static Guid IdOf(JsonElement thing) => thing.GetProperty("id").GetGuid();

    private static T? Some<T>(Random random, IEnumerable<T> all) where T : class => all.ToList() is { Count: > 0 } list ? list[random.Next(list.Count)] : null;
}
