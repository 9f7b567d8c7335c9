using static TorchSharp.torch;

namespace WebStudio.Gpu.Latents;

/// <summary>The box of coordinates the gallery covers: for each attribute m the least and greatest (w_n − mean)·d_m over the anchors (method section 4).</summary>
/// <param name="Min">M lower sides.</param>
/// <param name="Max">M upper sides, none below its lower side.</param>
public sealed record Hypercube(IReadOnlyList<double> Min, IReadOnlyList<double> Max)
{
    /// <summary>The box of some coordinates.</summary>
    /// <param name="coordinates">[N, M].</param>
    public static Hypercube Of(Tensor coordinates)
    {
        using var scope = NewDisposeScope();
        var wide = coordinates.detach().to(ScalarType.Float64);
        return new(wide.amin([0]).cpu().data<double>().ToArray(), wide.amax([0]).cpu().data<double>().ToArray());
    }

    /// <summary>Number of attributes M.</summary>
    public int Count => Min.Count;

    /// <summary>True where a coordinate of attribute m lies inside, sides included.</summary>
    public bool Contains(int m, double coordinate) => coordinate >= Min[m] && coordinate <= Max[m];

    /// <summary>0 at the lower side, 1 at the upper, beyond outside: the unit of the attribute term in enhancement (method section 6). A side of no length gives 0.</summary>
    public double ToUnit(int m, double coordinate) => Max[m] > Min[m] ? (coordinate - Min[m]) / (Max[m] - Min[m]) : 0;

    /// <summary>The coordinate at a share of the side: 0 the lower end, 1 the upper.</summary>
    public double FromUnit(int m, double share) => Min[m] + share * (Max[m] - Min[m]);
}
