using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebStudio.Server.Exports.Everything;

/// <summary>
/// A ZIP that is sent while it is made: nothing of it lies on the disk or in memory as a whole. Its last entry, manifest.json, names every file with its SHA-256; README.txt says what is left out and why.
/// Where it is broken off, no directory of the ZIP is written, so that nobody takes the part for the whole.
/// </summary>
internal sealed class EverythingZip(ZipArchive zip, CancellationToken cancel)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // names are read by people; the file is no web page
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private readonly SafeNames _names = new();
    private readonly List<ManifestFile> _files = [];
    private readonly List<LeftOut> _leftOut = [];

    private sealed record ManifestFile(string Path, long Bytes, string Sha256);

    private sealed record LeftOut(string What, string Why);

    /// <summary>A folder of its own for something that a user named.</summary>
    public string Folder(string parent, string name) => _names.Take(parent, name);

    /// <summary>Notes that something is not in it.</summary>
    public void LeaveOut(string what, string why) => _leftOut.Add(new(what, why));

    /// <summary>Adds data as JSON for people and programs to read.</summary>
    /// <returns>Its path.</returns>
    public Task<string> AddJsonAsync(string folder, string name, object data) => AddBytesAsync(folder, name, JsonSerializer.SerializeToUtf8Bytes(data, Json));

    /// <summary>JSON that rows keep as text, to be part of other JSON; null where there is none.</summary>
    public static JsonElement? Parsed(string json) => json.Length == 0 ? null : JsonSerializer.Deserialize<JsonElement>(json);

    /// <summary>Adds a file as it lies on the disk. One that was deleted since its row was read is noted as missing.</summary>
    /// <returns>Its path in the ZIP; null where it is missing.</returns>
    public async Task<string?> AddFileAsync(string folder, string name, string source)
    {
        try
        {
            await using var file = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
            return await AddAsync(folder, name, file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            LeaveOut($"{folder}/{name}", "Its file is missing: it was deleted while this was put together, or is lost.");
            return null;
        }
    }

    /// <summary>Adds what is made of a file's content; both are in memory for the moment.</summary>
    /// <returns>Its path in the ZIP; null where the file is missing.</returns>
    public async Task<string?> AddMadeAsync(string folder, string name, string source, Func<byte[], byte[]> make)
    {
        try
        {
            return await AddBytesAsync(folder, name, make(await File.ReadAllBytesAsync(source, cancel)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            LeaveOut($"{folder}/{name}", "Its file is missing: it was deleted while this was put together, or is lost.");
            return null;
        }
    }

    /// <summary>Adds bytes.</summary>
    /// <returns>Their path.</returns>
    public async Task<string> AddBytesAsync(string folder, string name, byte[] content)
    {
        using var stream = new MemoryStream(content);
        return await AddAsync(folder, name, stream);
    }

    /// <summary>Writes what was left out, the manifest and the ZIP's own directory: without it nothing that was sent is a ZIP.</summary>
    /// <param name="about">What README.txt says first.</param>
    public async Task FinishAsync(string about)
    {
        var text = new StringBuilder(about).AppendLine().AppendLine();
        text.AppendLine(_leftOut.Count == 0 ? "Nothing is left out." : "What is left out, and why:");
        foreach (var (what, why) in _leftOut)
            text.AppendLine(CultureInfo.InvariantCulture, $"- {what}: {why}");
        await AddBytesAsync("", "README.txt", Encoding.UTF8.GetBytes(text.ToString()));
        await AddJsonAsync("", "manifest.json", new { Files = _files.ToArray(), LeftOut = _leftOut });
        await zip.DisposeAsync();
    }

    private async Task<string> AddAsync(string folder, string name, Stream content)
    {
        cancel.ThrowIfCancellationRequested();
        var path = _names.Take(folder, name);
        var isPacked = Path.GetExtension(path) is ".jpg" or ".jpeg" or ".png" or ".webp" or ".safetensors";
        var entry = zip.CreateEntry(path, isPacked ? CompressionLevel.NoCompression : CompressionLevel.Optimal);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var bytes = 0L;
        await using (var to = await entry.OpenAsync(cancel))
        {
            var buffer = new byte[1 << 17];
            for (int count; (count = await content.ReadAsync(buffer, cancel)) > 0; bytes += count)
            {
                hash.AppendData(buffer, 0, count);
                await to.WriteAsync(buffer.AsMemory(0, count), cancel);
            }
        }
        _files.Add(new(path, bytes, Convert.ToHexStringLower(hash.GetHashAndReset())));
        return path;
    }
}
