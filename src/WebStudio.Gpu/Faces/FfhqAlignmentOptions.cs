namespace WebStudio.Gpu.Faces;

/// <summary>How faces are cut out of photos; the defaults are FFHQ's.</summary>
public sealed record FfhqAlignmentOptions
{
    /// <summary>Side of the square result in pixels, at least 16.</summary>
    public int OutputSize { get; init; } = 256;

    /// <summary>Side of the crop relative to FFHQ's (larger shows more around the face); a property of the base generator. 0.5 to 4.</summary>
    public double CropScale { get; init; } = 1;

    /// <summary>The photo is first sampled at this multiple of <see cref="OutputSize"/>, then reduced; FFHQ uses 4. 1 to 8.</summary>
    public int Oversampling { get; init; } = 4;
}
