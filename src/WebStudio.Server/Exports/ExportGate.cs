using Microsoft.EntityFrameworkCore;
using WebStudio.Components.Access;
using WebStudio.Components.Reviews;
using WebStudio.Gpu;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Imaging.Provenance;
using WebStudio.Server.Access;
using WebStudio.Server.Audit;
using WebStudio.Server.Data;
using WebStudio.Server.Jobs;
using WebStudio.Server.Models;

namespace WebStudio.Server.Exports;

/// <summary>What may leave the studio: a version whose person's consent holds. Whoever holds a permit writes files that say how they were made.</summary>
/// <param name="Version">The version.</param>
/// <param name="ModelName">As its owner calls the model.</param>
internal sealed record ExportPermit(ModelVersion Version, string ModelName)
{
    /// <summary>Provenance of a picture made with this version.</summary>
    /// <param name="source">A portrait, or a photo with parts made.</param>
    /// <param name="method">What was done, in a word or two.</param>
    /// <param name="baseName">Name of the base model.</param>
    public PictureProvenance Provenance(DigitalSource source, string method, string baseName) => new()
    {
        Source = source,
        Method = method,
        Model = ModelName,
        ModelVersion = Version.Id.ToString(),
        Base = baseName,
        Created = DateTimeOffset.UtcNow,
    };

    /// <summary>The bytes of a file that carries its provenance.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="format">Its format.</param>
    /// <param name="provenance">What it says.</param>
    /// <param name="label">Draw the visible label.</param>
    public static byte[] Encode(RgbImage image, ImageFormat format, PictureProvenance provenance, bool label)
    {
        const int quality = 95;
        return PictureXmp.Write(ImageEncoder.Encode(label ? VisibleLabel.Draw(image, provenance.Source) : image, format, quality), provenance);
    }
}

/// <summary>The one way out: every download of a picture made with a model asks here first.</summary>
internal sealed class ExportGate(IDbContextFactory<StudioDb> databases, AuditLog audit, TimeProvider time)
{
    /// <summary>The right to export pictures of a version; what is exported is noted in the audit log.</summary>
    /// <param name="viewer">Who asks.</param>
    /// <param name="version">The version.</param>
    /// <param name="what">What is exported, in a few words.</param>
    /// <param name="edit">The kept edit that is exported as it is: it may be approved by itself.</param>
    /// <returns>Null when there is no such version for this viewer.</returns>
    /// <exception cref="InvalidInputException">What speaks against it, as a sentence.</exception>
    public async Task<ExportPermit?> AskAsync(Viewer viewer, Guid version, string what, Guid? edit = null)
    {
        await using var db = await databases.CreateDbContextAsync();
        if (await db.Versions.AsNoTracking().VisibleTo(viewer).Include(v => v.Model!.Album).FirstOrDefaultAsync(v => v.Id == version) is not { } row)
            return null;
        if (await RefusalAsync(db, row, edit) is var (word, sentence))
        {
            await audit.WriteAsync(viewer, AuditActions.ExportRefused, "version", version, $"{what}: {word}");
            throw new InvalidInputException(sentence);
        }
        await audit.WriteAsync(viewer, AuditActions.Exported, edit is null ? "version" : "edit", edit ?? version, what);
        return new(row, row.Model!.Name);
    }

    private async Task<(string Word, string Sentence)?> RefusalAsync(StudioDb db, ModelVersion version, Guid? edit)
    {
        if (TrainingPlanner.WithoutConsent(version.Model!.Album!, time) is { } missing)
            return ("no consent", missing);
        if (!await db.Studios.AnyAsync(s => s.Id == version.StudioId && s.ApprovalBeforeExport) || await LastAsync(db, version.Id, null) == ReviewState.Approved || (edit is not null && await LastAsync(db, version.Id, edit) == ReviewState.Approved))
            return null;
        return ("not approved", edit is null
            ? $"{version.Name} of {version.Model.Name} is not approved: this studio exports approved versions only. Send it for review on the model's page."
            : $"Neither this edit nor {version.Name} of {version.Model.Name} is approved: this studio exports what is approved only. Send the edit for review.");
    }

    private static async Task<ReviewState?> LastAsync(StudioDb db, Guid version, Guid? edit)
    {
        var states = await db.Reviews.Where(r => r.VersionId == version && r.EditId == edit).OrderByDescending(r => r.SentAt).Select(r => (ReviewState?)r.State).Take(1).ToListAsync();
        return states.FirstOrDefault();
    }
}
