using static TorchSharp.torch;

namespace WebStudio.Gpu.Latents;

/// <summary>
/// Anchors arranged by what the base knows before anything is trained: each photo's coordinate along d_m is where the base itself would render the
/// photo's level, and what else in the code foretells the attribute is taken out. Without this a photo's expression stays hidden in the rest of its code,
/// where the slider does not reach it: the coordinate moves and the picture answers with a fraction.
/// </summary>
public sealed class AnchorArrangement : IDisposable
{
    private readonly Tensor _directions, _basis, _coordinates, _known;

    private AnchorArrangement(Tensor directions, Tensor basis, Tensor coordinates, Tensor known)
    {
        _directions = directions.DetachFromDisposeScope();
        _basis = basis.DetachFromDisposeScope();
        _coordinates = coordinates.DetachFromDisposeScope();
        _known = known.DetachFromDisposeScope();
    }

    /// <summary>Prepares the arrangement of an album.</summary>
    /// <param name="prior">What the base knows; attributes it was not measured for are left as they are.</param>
    /// <param name="levels">M attributes.</param>
    /// <param name="directions">d_m, orthonormal, [M, w_dim].</param>
    public static AnchorArrangement Of(AttributePrior prior, IReadOnlyList<AttributeLevels> levels, Tensor directions)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var n = levels[0].LevelOf.Count;
        var (coordinates, known) = (new double[levels.Count * n], new double[levels.Count * n]);
        var rows = new List<Tensor>();
        foreach (var (level, m) in levels.Select((l, m) => (l, m)))
        {
            rows.Add(directions[m]);
            if (prior.Predictor(level.Name) is not { } predictor || !level.Ordered)
                continue;
            rows.Add(predictor.to(directions.device));
            var unitsPerStep = (predictor.to(directions.device) * directions[m]).sum().item<float>();
            if (!(unitsPerStep > 0))
                continue; // orthogonalising against the earlier attributes left nothing of this one
            var members = Enumerable.Range(0, n).Where(i => level.LevelOf[i] != AttributeLevels.Unknown).ToArray();
            var mean = members.Average(i => level.LevelValues[level.LevelOf[i]]);
            foreach (var i in members)
                (coordinates[m * n + i], known[m * n + i]) = ((level.LevelValues[level.LevelOf[i]] - mean) / unitsPerStep, 1);
        }
        var (basis, _) = linalg.qr(stack(rows).t().to(ScalarType.Float64));
        Tensor Table(double[] values) => tensor(values).view(levels.Count, n).t().to(ScalarType.Float32).to(directions.device).contiguous();
        return new(directions.clone(), basis.t().to(ScalarType.Float32).contiguous(), Table(coordinates), Table(known));
    }

    /// <summary>Arranges the codes of some photos about a centre.</summary>
    /// <param name="codes">[B, w_dim].</param>
    /// <param name="centre">Mean of the album's codes, [w_dim].</param>
    /// <param name="photos">int64 [B], which photos they are.</param>
    /// <returns>[B, w_dim].</returns>
    public Tensor Apply(Tensor codes, Tensor centre, Tensor photos)
    {
        using var scope = NewDisposeScope();
        var centred = codes - centre;
        var rest = centred - centred.matmul(_basis.t()).matmul(_basis);
        var own = centred.matmul(_directions.t());                                 // [B, M]
        var known = _known.index_select(0, photos);
        var coordinates = known * _coordinates.index_select(0, photos) + (1 - known) * own;
        return (centre + rest + coordinates.matmul(_directions)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _directions.Dispose();
        _basis.Dispose();
        _coordinates.Dispose();
        _known.Dispose();
    }
}
