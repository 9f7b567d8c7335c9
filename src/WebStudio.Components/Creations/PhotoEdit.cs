namespace WebStudio.Components.Creations;

/// <summary>A real photo, to be opened for editing.</summary>
public sealed record PhotoEditRequest : ICreationRequest
{
    /// <inheritdoc/>
    public static CreationKind Kind => CreationKind.Photo;

    /// <summary>Name of the photo's file.</summary>
    public required string FileName { get; init; }

    /// <summary>True when the user says that it is this person, whatever the measurement thinks.</summary>
    public bool Anybody { get; init; }

    /// <inheritdoc/>
    public string SuggestedName => Path.GetFileNameWithoutExtension(FileName);

    /// <inheritdoc/>
    public string? Refusal(CreationModel model) => null;
}

/// <summary>A photo that was opened.</summary>
public sealed record PhotoEditResult
{
    /// <summary>The face as it was cut out.</summary>
    public const string Crop = "crop.webp";

    /// <summary>The face as the tuned model shows it.</summary>
    public const string Reconstruction = "reconstruction.webp";

    /// <summary>Of the reconstruction, dB.</summary>
    public required double Psnr { get; init; }

    /// <summary>Cosine similarity of the face embeddings of reconstruction and photo, −1 to 1.</summary>
    public required double Identity { get; init; }

    /// <summary>The same between different photos of the album: what <see cref="Identity"/> is to be read against.</summary>
    public required double GalleryIdentity { get; init; }

    /// <summary>Distance of the face's embedding to the person's; above 0.62 it may be somebody else.</summary>
    public required double Distance { get; init; }

    /// <summary>Number of the album's photo that this is, from 0; −1 for a photo that the model had not seen.</summary>
    public required int AlbumPhoto { get; init; }

    /// <summary>Points of the crop to points of the photo: M11, M12, M21, M22, M31, M32.</summary>
    public required IReadOnlyList<double> ToPhoto { get; init; }
}
