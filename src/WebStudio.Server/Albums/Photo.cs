using WebStudio.Gpu.Faces.Curation;

namespace WebStudio.Server.Albums;

/// <summary>One uploaded picture of an album and what was decided on it.</summary>
internal sealed class Photo
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public Guid AlbumId { get; set; }

    public Album? Album { get; set; }

    /// <summary>Its name as uploaded; unique within the album.</summary>
    public required string FileName { get; set; }

    /// <summary>Of the file as uploaded, lower-case hexadecimal: what duplicates are told by.</summary>
    public required string UploadSha256 { get; set; }

    /// <summary>Of the stored file (upright, without metadata).</summary>
    public required string Sha256 { get; set; }

    /// <summary>image/jpeg, image/png or image/webp.</summary>
    public required string ContentType { get; set; }

    public long Bytes { get; set; }

    public int Width { get; set; }

    public int Height { get; set; }

    public DateTimeOffset UploadedAt { get; set; }

    /// <summary>True once its faces were looked for.</summary>
    public bool IsAnalysed { get; set; }

    /// <summary>Null before the first curation.</summary>
    public PhotoVerdict? Verdict { get; set; }

    /// <summary>The verdict in a sentence.</summary>
    public string Reason { get; set; } = "";

    /// <summary>Index of the face taken for the person.</summary>
    public int? ChosenFace { get; set; }

    /// <summary>JSON of what pages show: boxes of all faces, attributes of the chosen one.</summary>
    public string Findings { get; set; } = "";

    /// <summary>JSON of the user's decisions (use, face, attributes, tags, crop points); empty without any.</summary>
    public string Decisions { get; set; } = "";
}
