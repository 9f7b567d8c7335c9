using static TorchSharp.torch;

namespace WebStudio.Gpu.Latents;

/// <summary>
/// The directions d_m of the chosen attributes, in the user's order: orthonormal, oriented so that a coordinate grows with its attribute.
/// The object follows the anchors while they move; it owns its tensor.
/// </summary>
public sealed class AttributeAxes : IDisposable
{
    // Less than this of a unit direction left after projection or orthogonalisation points nowhere in particular.
    private const double Faint = 1e-3;

    private readonly AxisKind _kind;
    private readonly int[] _components;

    private AttributeAxes(AxisKind kind, Tensor directions, int[] components)
    {
        (_kind, _components) = (kind, components);
        Directions = directions.DetachFromDisposeScope();
    }

    /// <summary>d_m as rows, [M, w_dim]; changed in place by <see cref="Follow"/>.</summary>
    public Tensor Directions { get; }

    /// <summary>Number of attributes M.</summary>
    public int Count => _components.Length;

    /// <summary>Index of the component (0 = largest singular value) that is d_m at present, M of them; −1 for a combination.</summary>
    public IReadOnlyList<int> Components => _components;

    /// <summary>Chooses one direction per attribute.</summary>
    /// <param name="components">Components of the anchors as they are.</param>
    /// <param name="anchors">[N, w_dim].</param>
    /// <param name="attributes">M attributes in the user's order, each over the N photos; none for a model without controlled attributes (MyStyle).</param>
    /// <param name="selection">Kind and criterion.</param>
    /// <param name="prior">For <see cref="AxisKind.Prior"/>: what the base knows.</param>
    /// <param name="earlier">Directions to keep as the first ones, for attributes added one after another; left to the caller.</param>
    /// <exception cref="InvalidInputException">There are more attributes than candidate components, or an attribute cannot be told from the earlier ones.</exception>
    public static AttributeAxes Choose(PrincipalComponents components, Tensor anchors, IReadOnlyList<AttributeLevels> attributes, AxisSelection selection, AttributePrior? prior = null, AttributeAxes? earlier = null)
    {
        var candidates = Math.Min(components.Count, selection.Kind == AxisKind.Component ? selection.Candidates ?? int.MaxValue : selection.Leading);
        if (attributes.Count > candidates)
            throw new InvalidInputException($"{attributes.Count} attributes need as many different directions, but only {candidates} components compete. Use fewer attributes or more photos.");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var kept = earlier?.Count ?? 0;
        var rows = Enumerable.Range(0, kept).Select(m => earlier!.Directions[m]).ToList();
        var chosen = new List<int>(earlier?._components ?? []);
        var coordinates = components.ToCoordinates(anchors.detach());
        foreach (var attribute in attributes.Skip(kept))
        {
            if (selection.Kind == AxisKind.Component)
            {
                var losses = ComponentLoss.PerComponent(coordinates, components.SingularValues, attribute, selection.Criterion);
                var best = Enumerable.Range(0, candidates).Where(i => !chosen.Contains(i)).MinBy(i => losses[i]);
                chosen.Add(best);
                rows.Add(components.Components[best] * Orientation(Column(coordinates, best), attribute));
            }
            else
            {
                chosen.Add(-1);
                var known = selection.Kind == AxisKind.Prior ? prior?.Direction(attribute.Name) : null;
                rows.Add((known is null ? null : Orthonormal(known.to(anchors.dtype).to(anchors.device), rows)) ?? Combination(components, coordinates, attribute, selection, candidates, rows)
                    ?? throw new InvalidInputException($"'{attribute.Name}' varies with nothing in the anchors that the earlier attributes leave free. Leave it out, or correct its values."));
            }
        }
        return new AttributeAxes(selection.Kind, rows.Count > 0 ? stack(rows) : zeros([0, anchors.shape[1]], dtype: anchors.dtype, device: anchors.device), [.. chosen]);
    }

    /// <summary>Takes up directions of a saved model.</summary>
    /// <param name="kind">How they were chosen.</param>
    /// <param name="directions">[M, w_dim], orthonormal; copied.</param>
    /// <param name="components">Component indices, M of them.</param>
    public static AttributeAxes Restore(AxisKind kind, Tensor directions, IReadOnlyList<int> components)
    {
        if (directions.dim() != 2 || directions.shape[0] != components.Count)
            throw new ArgumentException($"Expected directions [{components.Count}, w_dim], got [{string.Join(", ", directions.shape)}].");
        using var noGrad = no_grad();
        return new AttributeAxes(kind, directions.detach().clone(), [.. components]);
    }

    /// <summary>
    /// Follows moved anchors. A component is found again by the largest |cosine| with its previous value, never by index, each used once; a combination
    /// is projected on the anchors' span and made orthogonal to those before it. The sign is kept.
    /// </summary>
    /// <param name="components">Components of the anchors as they are now.</param>
    /// <returns>Cosine of each new direction with the one before, M of them: 1 means it did not move.</returns>
    public double[] Follow(PrincipalComponents components)
    {
        if (Count == 0)
            return [];
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var basis = components.Components.detach();
        // One matrix product and one copy for all attributes: this runs in every training step.
        var similarity = Directions.matmul(basis.t()); // [M, K]
        if (_kind == AxisKind.Component)
            return FollowComponents(basis, similarity.to(ScalarType.Float64).cpu());

        var projected = similarity.matmul(basis);
        var rows = new List<Tensor>(Count);
        for (var m = 0; m < Count; m++)
            rows.Add(Orthonormal(projected[m], rows) ?? Orthonormal(Directions[m], rows) ?? Directions[m]);
        var moved = stack(rows);
        var cosines = (moved * Directions).sum(1).to(ScalarType.Float64).cpu().data<double>().ToArray();
        Directions.copy_(moved);
        return cosines;
    }

    /// <summary>Turns every direction so that its coordinate grows with its attribute over the gallery; for after training.</summary>
    /// <param name="anchors">[N, w_dim].</param>
    /// <param name="attributes">M attributes in the order of the directions.</param>
    public void Orient(Tensor anchors, IReadOnlyList<AttributeLevels> attributes)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var projections = anchors.detach().matmul(Directions.t());
        for (var m = 0; m < Count; m++)
            Directions[m].mul_(Orientation(Column(projections, m), attributes[m]));
    }

    /// <summary>Coordinates (w − mean)·d_m.</summary>
    /// <param name="codes">[..., w_dim].</param>
    /// <param name="mean">Mean anchor, [w_dim].</param>
    /// <returns>[..., M].</returns>
    public Tensor Coordinates(Tensor codes, Tensor mean)
    {
        using var scope = NewDisposeScope();
        return (codes - mean).matmul(Directions.t()).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => Directions.Dispose();

    private double[] FollowComponents(Tensor basis, Tensor similarity)
    {
        var values = similarity.data<double>().ToArray();
        var cosines = new double[Count];
        var used = new HashSet<int>();
        var width = basis.shape[0];
        for (var m = 0; m < Count; m++)
        {
            var best = Enumerable.Range(0, (int)width).Where(i => !used.Contains(i)).MaxBy(i => Math.Abs(values[m * width + i]));
            used.Add(best);
            var cosine = values[m * width + best];
            (_components[m], cosines[m]) = (best, Math.Abs(cosine));
            Directions[m].copy_(cosine < 0 ? -basis[best] : basis[best]);
        }
        return cosines;
    }

    private static Tensor? Combination(PrincipalComponents components, Tensor coordinates, AttributeLevels attribute, AxisSelection selection, int leading, List<Tensor> earlier)
    {
        var values = attribute.Values.ToArray();
        var deviations = components.SingularValues.to(ScalarType.Float64).cpu().data<double>().ToArray();
        var weights = new double[leading];
        for (var i = 0; i < leading; i++)
            weights[i] = Correlation.Pearson(Column(coordinates, i), values) * Math.Pow(deviations[i] / deviations[0], selection.DeviationPower);
        var norm = Math.Sqrt(weights.Sum(w => w * w));
        if (!(norm > 0))
            return null;
        var sum = tensor(weights.Select(w => w / norm).ToArray(), device: coordinates.device).to(coordinates.dtype).matmul(components.Components.narrow(0, 0, leading));
        return Orthonormal(sum, earlier);
    }

    /// <summary>The unit vector of what is left of <paramref name="vector"/> beside <paramref name="earlier"/>; null where that is next to nothing.</summary>
    private static Tensor? Orthonormal(Tensor vector, List<Tensor> earlier)
    {
        if (earlier.Count > 0)
        {
            var others = stack(earlier);
            // Twice: one pass leaves rounding of the size of what was taken away.
            for (var pass = 0; pass < 2; pass++)
                vector = vector - others.matmul(vector).matmul(others);
        }
        var length = vector.norm();
        return length.to(ScalarType.Float64).item<double>() < Faint ? null : vector / length;
    }

    private static double Orientation(double[] projections, AttributeLevels attribute) =>
        Correlation.Pearson(projections, attribute.Values.ToArray()) < 0 ? -1 : 1;

    private static double[] Column(Tensor matrix, long column) =>
        matrix.select(1, column).to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
}
