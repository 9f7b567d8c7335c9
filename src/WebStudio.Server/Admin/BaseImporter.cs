using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebStudio.Components;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Server.Data;
using WebStudio.Server.Storage;
using static TorchSharp.torch;

namespace WebStudio.Server.Admin;

/// <summary>
/// Takes a network file in: receives it beside its place, compares its checksum, turns it into a base folder and tries it. What fails leaves nothing behind; the row is written last.
/// </summary>
internal sealed class BaseImporter
{
    private readonly DataFolders _folders;
    private readonly BaseCatalogue _catalogue;
    private readonly IDbContextFactory<StudioDb> _databases;
    private readonly GpuExecutor _device;
    private readonly ComputeContext _context;
    private readonly TimeProvider _clock;
    private readonly long _maxBytes;

    public BaseImporter(DataFolders folders, BaseCatalogue catalogue, IDbContextFactory<StudioDb> databases, GpuExecutor device, ComputeContext context, TimeProvider clock, IOptions<BaseOptions> options)
    {
        (_folders, _catalogue, _databases, _device, _context, _clock, _maxBytes) = (folders, catalogue, databases, device, context, clock, options.Value.MaxFileBytes);
        RemoveLeftovers();
    }

    /// <summary>Imports a file.</summary>
    /// <param name="request">What the admin says of it.</param>
    /// <param name="content">The file.</param>
    /// <param name="userId">Who imports it.</param>
    /// <param name="cancel">Stops while the file is received.</param>
    /// <exception cref="InvalidInputException">The file is too large, is not the one that was meant, or holds no generator.</exception>
    public async Task<BaseModel> ImportAsync(BaseImportRequest request, Stream content, string userId, CancellationToken cancel)
    {
        var asked = request.Checked();
        Directory.CreateDirectory(_folders.Bases);
        var upload = Path.Combine(_folders.Bases, $".{Guid.NewGuid():N}.upload");
        var model = new BaseModel { Name = asked.Name, Licence = asked.Licence, Sha256 = "", ImportedById = userId, ImportedAt = _clock.GetUtcNow() };
        var folder = _catalogue.Folder(model.Id);
        try
        {
            (model.Bytes, model.Sha256) = await ReceiveAsync(content, upload, cancel);
            if (asked.Sha256 is { } expected && expected != model.Sha256)
                throw new InvalidInputException($"{asked.File} is not the file that was meant: its SHA-256 is {model.Sha256}, {expected} was expected. Nothing was imported.");
            model.Resolution = await Task.Run(() => Convert(upload, folder, asked), CancellationToken.None);
            await _device.Background(() => Try(folder, asked), CancellationToken.None);
            await using var db = await _databases.CreateDbContextAsync(CancellationToken.None);
            db.BaseModels.Add(model);
            await db.SaveChangesAsync(CancellationToken.None);
            return model;
        }
        catch (Exception error)
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            if (DiskFull.Caused(error))
                throw new InvalidInputException($"{asked.File} was not imported: {DiskFull.Sentence}", error);
            throw;
        }
        finally
        {
            File.Delete(upload);
        }
    }

    private async Task<(long Bytes, string Sha256)> ReceiveAsync(Stream content, string place, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(place, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true);
        var buffer = new byte[1 << 17];
        for (int read; (read = await content.ReadAsync(buffer, cancel)) > 0;)
        {
            if (file.Length + read > _maxBytes)
                throw new InvalidInputException($"The file has more than {FileSize.Say(_maxBytes)}, the most that is taken (setting Bases:MaxFileBytes).");
            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancel);
        }
        if (file.Length == 0)
            throw new InvalidInputException("The file is empty.");
        return (file.Length, System.Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Reading and writing tensors in memory; nothing here touches the device.</summary>
    private static int Convert(string upload, string folder, BaseImportRequest asked)
    {
        using var scope = NewDisposeScope();
        try
        {
            using var checkpoint = GeneratorCheckpoint.Read(upload);
            var mapping = checkpoint.Tensors.ContainsKey("gaussian.w_chol") ? "gaussian" : checkpoint.Tensors.ContainsKey("mapping.fc0.weight") ? "network" : "none";
            var description = BaseDescription.Of(asked.Name, checkpoint.Config, mapping) with { Description = $"Imported from {asked.File}: {checkpoint.Format}", Licence = asked.Licence };
            BaseFolder.Write(folder, description, checkpoint.Tensors);
            return checkpoint.Config.ImgResolution;
        }
        catch (InvalidInputException error)
        {
            throw new InvalidInputException(error.Message.Replace(upload, asked.File, StringComparison.Ordinal), error);
        }
    }

    /// <summary>A small picture of the mean face: a network of damaged weights is told now, not after an hour of training.</summary>
    private bool Try(string folder, BaseImportRequest asked)
    {
        using var generator = BaseFolder.Open(folder).LoadGenerator(_context);
        var config = generator.Config;
        var mean = generator.WAvg?.unsqueeze(0) ?? zeros(1, config.WDim);
        var picture = generator.Render(mean, stopAtResolution: Math.Min(64, config.ImgResolution));
        return picture.isfinite().all().item<bool>() && picture.std().item<float>() > 1e-3
            ? true
            : throw new InvalidInputException($"{asked.File} was read, but it renders no picture: its weights are damaged, or it is no generator of pictures. Nothing was imported.");
    }

    /// <summary>What a server that was killed in the middle of an import left.</summary>
    private void RemoveLeftovers()
    {
        if (!Directory.Exists(_folders.Bases))
            return;
        foreach (var file in Directory.EnumerateFiles(_folders.Bases, ".*.upload"))
            File.Delete(file);
        foreach (var folder in Directory.EnumerateDirectories(_folders.Bases, ".*.partial"))
            Directory.Delete(folder, recursive: true);
    }
}
