namespace WebStudio.Gpu.Evaluation;

/// <summary>How well pictures are reconstructed.</summary>
/// <param name="Psnr">Mean peak signal-to-noise ratio over the photos, dB, pixels from the photo only.</param>
/// <param name="Perceptual">Mean perceptual distance (the model's own).</param>
/// <param name="Identity">Mean cosine similarity of the face embeddings of reconstruction and photo, −1 to 1.</param>
public sealed record ReconstructionFigures(double Psnr, double Perceptual, double Identity);

/// <summary>How one attribute lies along its direction.</summary>
public sealed record AxisFigures
{
    /// <summary>Attribute name.</summary>
    public required string Attribute { get; init; }

    /// <summary>Index of the principal component nearest to d_m, 0 = largest.</summary>
    public required int Component { get; init; }

    /// <summary>|cosine| between d_m and that component; 1 where d_m is a component.</summary>
    public required double ComponentCosine { get; init; }

    /// <summary>Number of levels.</summary>
    public required int Levels { get; init; }

    /// <summary>Within-level spread before training, as a share of the whole (see <see cref="Latents.AxisStatistics"/>).</summary>
    public required double SpreadBefore { get; init; }

    /// <summary>The same after training.</summary>
    public required double SpreadAfter { get; init; }

    /// <summary>Rank correlation of coordinate and attribute before training.</summary>
    public required double RankCorrelationBefore { get; init; }

    /// <summary>The same after training.</summary>
    public required double RankCorrelation { get; init; }

    /// <summary>Standard deviation of the anchors along d_m after training over that before.</summary>
    public required double DeviationKept { get; init; }

    /// <summary>Lower end of the slider in the attribute's unit.</summary>
    public required double Minimum { get; init; }

    /// <summary>Upper end of the slider in the attribute's unit.</summary>
    public required double Maximum { get; init; }

    /// <summary>°, % or years; empty for tags.</summary>
    public required string Unit { get; init; }
}

/// <summary>What a change of one attribute did to pictures, measured on the pictures.</summary>
public sealed record ControlFigures
{
    /// <summary>The attribute that was moved.</summary>
    public required string Attribute { get; init; }

    /// <summary>Positions along the slider, in the attribute's unit.</summary>
    public required IReadOnlyList<double> Targets { get; init; }

    /// <summary>Mean of the attribute measured at each position.</summary>
    public required IReadOnlyList<double> Means { get; init; }

    /// <summary>Standard deviation at each position.</summary>
    public required IReadOnlyList<double> Deviations { get; init; }

    /// <summary>Mean over the rows of the range covered, in the attribute's unit.</summary>
    public required double Covered { get; init; }

    /// <summary>Share of rows in which the measured value never falls by more than the estimator's noise (5 % of the row's range).</summary>
    public required double MonotoneShare { get; init; }

    /// <summary>Rank correlation of position and measured value over all rows.</summary>
    public required double RankCorrelation { get; init; }

    /// <summary>For every other measured attribute: mean over rows of its range as a share of its range over the gallery.</summary>
    public required IReadOnlyDictionary<string, double> Leakage { get; init; }

    /// <summary>Mean cosine similarity of the embeddings of the row's pictures with the photo, at each position.</summary>
    public required IReadOnlyList<double> Identity { get; init; }
}

/// <summary>What a personalisation reports at its end (method section 7).</summary>
public sealed record ModelReport
{
    /// <summary>Photos trained on.</summary>
    public required int Photos { get; init; }

    /// <summary>Passes over the album.</summary>
    public required int Passes { get; init; }

    /// <summary>Seconds from the first anchor to this report, interruptions not counted.</summary>
    public required double Seconds { get; init; }

    /// <summary>Seconds of training for one photo in one step.</summary>
    public required double SecondsPerPhoto { get; init; }

    /// <summary>Highest memory of the process, bytes.</summary>
    public required long PeakMemory { get; init; }

    /// <summary>Name of the perceptual distance.</summary>
    public required string Perceptual { get; init; }

    /// <summary>How directions were chosen.</summary>
    public required string Axes { get; init; }

    /// <summary>Reconstruction by the base at the encoder's codes.</summary>
    public required ReconstructionFigures Start { get; init; }

    /// <summary>Reconstruction by the base at the refined codes.</summary>
    public required ReconstructionFigures Inverted { get; init; }

    /// <summary>Reconstruction by the finished model.</summary>
    public required ReconstructionFigures Final { get; init; }

    /// <summary>Mean cosine similarity of the embeddings of different photos of the album: what <see cref="ReconstructionFigures.Identity"/> is to be read against.</summary>
    public required double GalleryIdentity { get; init; }

    /// <summary>One entry per attribute.</summary>
    public required IReadOnlyList<AxisFigures> Attributes { get; init; }

    /// <summary>Control measured on pictures; empty until it was measured.</summary>
    public IReadOnlyList<ControlFigures> Control { get; init; } = [];
}
