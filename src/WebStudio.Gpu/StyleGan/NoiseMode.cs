namespace WebStudio.Gpu.StyleGan;

/// <summary>Where the per-pixel noise of the synthesis layers comes from.</summary>
public enum NoiseMode
{
    /// <summary>The network's own fixed maps (<c>noise_const</c>): equal codes give equal pictures.</summary>
    Const,

    /// <summary>No noise.</summary>
    None,

    /// <summary>Fresh standard normal maps for every picture.</summary>
    Random,
}
