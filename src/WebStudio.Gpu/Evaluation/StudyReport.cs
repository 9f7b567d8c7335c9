namespace WebStudio.Gpu.Evaluation;

/// <summary>How well photos that training never saw are shown, after projection to α and pivotal tuning.</summary>
/// <param name="Name">The photo's file.</param>
/// <param name="Psnr">dB, pixels from the photo only.</param>
/// <param name="Ssim">Structural similarity, up to 1.</param>
/// <param name="Perceptual">The model's perceptual distance.</param>
/// <param name="Identity">Cosine similarity of the face embeddings, −1 to 1.</param>
/// <param name="Seconds">From the photo to the first slider.</param>
public sealed record HeldOutFigures(string Name, double Psnr, double Ssim, double Perceptual, double Identity, double Seconds);

/// <summary>How good InterFaceGAN's boundary of an attribute is.</summary>
/// <param name="Attribute">The attribute.</param>
/// <param name="Accuracy">Share of held-back random faces on the right side.</param>
public sealed record BoundaryFigures(string Attribute, double Accuracy);

/// <summary>One choice of the components V, run through the same training and measured (the seed's open question).</summary>
/// <param name="Source">PCA of the anchors, or SeFa of the generator.</param>
/// <param name="Attributes">Along the axes.</param>
/// <param name="Control">On pictures.</param>
/// <param name="Psnr">Gallery reconstruction, dB.</param>
public sealed record ComponentSourceFigures(string Source, IReadOnlyList<AxisFigures> Attributes, IReadOnlyList<ControlFigures> Control, double Psnr);

/// <summary>The whole report of a model beside its peers (method section 7).</summary>
public sealed record StudyReport
{
    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Reconstruction of the gallery by the model.</summary>
    public required ReconstructionFigures Gallery { get; init; }

    /// <summary>The same by the album personalised without control; null where there is no such peer.</summary>
    public ReconstructionFigures? MyStyleGallery { get; init; }

    /// <summary>Mean cosine similarity between different photos of the gallery.</summary>
    public required double GalleryIdentity { get; init; }

    /// <summary>Photos that training never saw; empty where none were given.</summary>
    public IReadOnlyList<HeldOutFigures> HeldOut { get; init; } = [];

    /// <summary>Target against measured for new portraits.</summary>
    public required IReadOnlyList<ControlCurve> Control { get; init; }

    /// <summary>Methods in the order of the leakage figures.</summary>
    public required IReadOnlyList<string> Methods { get; init; }

    /// <summary>One entry for every method and attribute.</summary>
    public required IReadOnlyList<LeakageFigures> Leakage { get; init; }

    /// <summary>InterFaceGAN's boundaries; empty where the base has none.</summary>
    public IReadOnlyList<BoundaryFigures> Boundaries { get; init; } = [];

    /// <summary>PCA against SeFa as the source of V; empty where it was not run.</summary>
    public IReadOnlyList<ComponentSourceFigures> Components { get; init; } = [];

    /// <summary>Seconds it took, without any training.</summary>
    public required double Seconds { get; init; }
}
