using System.Reflection;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.Migrations;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Server.Data;

namespace WebStudio.Server.Backups;

/// <summary>A file of a back-up.</summary>
/// <param name="Path">Relative to the data folder, with slashes.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Modified">When the file in the data folder was last written.</param>
/// <param name="Sha256">Of its content, lower-case hexadecimal.</param>
internal sealed record BackupFile(string Path, long Bytes, DateTime Modified, string Sha256);

/// <summary>What a back-up holds; written last, so that a back-up that has one is complete. Files lie below data/, as in the data folder.</summary>
internal sealed record BackupManifest
{
    public const string FileName = "manifest.json", Data = "data";

    private const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public int Format { get; init; } = CurrentFormat;

    /// <summary>Version of the program that made it.</summary>
    public required string Program { get; init; }

    /// <summary>The last migration of its database.</summary>
    public required string Migration { get; init; }

    public required DateTimeOffset Made { get; init; }

    /// <summary>Files that rows name and that the data folder itself lacked.</summary>
    public required IReadOnlyList<string> Lost { get; init; }

    public required IReadOnlyList<BackupFile> Files { get; init; }

    /// <summary>Version of this program.</summary>
    public static Version ThisProgram { get; } = typeof(BackupManifest).Assembly.GetName().Version!;

    public void Write(string folder) => AtomicFile.Write(Path.Combine(folder, FileName), stream => JsonSerializer.Serialize(stream, this, Options));

    /// <summary>Reads the manifest of a back-up.</summary>
    /// <exception cref="InvalidInputException">There is none, it is damaged, or this program is too old for it.</exception>
    public static BackupManifest Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw new InvalidInputException(new BackupShelf(folder).Newest is { } newest
                ? $"{folder} is no back-up but holds some: name one of them, the newest is {newest}."
                : $"{folder} is no complete back-up: it has no {FileName}.");
        try
        {
            using var stream = File.OpenRead(path);
            var manifest = JsonSerializer.Deserialize<BackupManifest>(stream, Options) ?? throw new JsonException("it is empty");
            manifest.RequireUsable(folder);
            return manifest;
        }
        catch (JsonException e)
        {
            throw new InvalidInputException($"{path} is damaged: {e.Message}", e);
        }
    }

    private void RequireUsable(string folder)
    {
        var migrations = typeof(StudioDb).Assembly.GetTypes().Select(t => t.GetCustomAttribute<MigrationAttribute>()?.Id);
        if (Format > CurrentFormat || (Version.TryParse(Program, out var program) && program > ThisProgram) || !migrations.Contains(Migration))
            throw new InvalidInputException($"{folder} was made by a newer version of the program ({Program}, database {Migration}) than this one ({ThisProgram}): use that version, or a newer one.");
        // A manifest comes from a disk that others may write to: nothing it names lies outside.
        if (Files.FirstOrDefault(f => Path.IsPathRooted(f.Path) || f.Path.Split('/').Contains("..")) is { } stray)
            throw new InvalidInputException($"{Path.Combine(folder, FileName)} is damaged: it names {stray.Path}, which would lie outside.");
    }
}
