using static TorchSharp.torch;

namespace WebStudio.Gpu.Latents;

/// <summary>
/// Principal components of the centred anchors (method section 4). K = min(N − 1, w_dim): the null direction that centring leaves in the
/// anchors' span is not among them, nor are directions along which the anchors do not vary at all (copies of one anchor).
/// </summary>
/// <param name="Mean">Mean anchor, [w_dim].</param>
/// <param name="Components">Orthonormal rows by falling singular value, [K, w_dim]; of each row the entry of largest magnitude is positive.</param>
/// <param name="SingularValues">Singular values of the centred anchors, [K], not divided by N.</param>
public sealed record PrincipalComponents(Tensor Mean, Tensor Components, Tensor SingularValues) : IDisposable
{
    // Eigenvalues of the Gram matrix carry rounding of about 1e-16 times the largest, so their roots mean nothing below 1e-8 times it.
    private const double Negligible = 1e-7;

    /// <summary>Number of components K.</summary>
    public int Count => (int)Components.shape[0];

    /// <summary>Components of anchors; inside always float64 through the smaller of Gram and covariance matrix, the result in the anchors' type and device.</summary>
    /// <param name="anchors">[N, w_dim], N ≥ 2.</param>
    /// <param name="differentiable">True lets gradients flow from the components back to the anchors, as the published code does; false (the default) cuts them.</param>
    /// <exception cref="InvalidInputException">Fewer than two anchors, or all of them coincide.</exception>
    public static PrincipalComponents Of(Tensor anchors, bool differentiable = false)
    {
        if (anchors.dim() != 2)
            throw new ArgumentException($"Expected anchors [N, w_dim], got [{string.Join(", ", anchors.shape)}].");
        var (n, width) = (anchors.shape[0], anchors.shape[1]);
        if (n < 2)
            throw new InvalidInputException($"Directions need at least 2 anchors; there is {n}.");
        using var scope = NewDisposeScope();
        using var noGrad = differentiable ? null : no_grad();

        var wide = (differentiable ? anchors : anchors.detach()).to(ScalarType.Float64);
        var mean = wide.mean([0]);
        var centred = wide - mean;
        var byGram = n <= width;
        // A matrix of some hundred rows: eigensolvers on a GPU are slower than the copy and the CPU.
        var square = (byGram ? centred.matmul(centred.t()) : centred.t().matmul(centred)).cpu();
        var (ascending, vectors) = linalg.eigh(square);
        var count = KeptCount(ascending, Math.Min(n - 1, width));
        var size = ascending.shape[0];
        var singular = ascending.narrow(0, size - count, count).flip(0).sqrt();
        var rows = vectors.narrow(1, size - count, count).flip(1).t();
        (singular, rows) = (singular.to(anchors.device), rows.to(anchors.device));
        var components = byGram ? rows.matmul(centred) / singular.unsqueeze(1) : rows;
        components = components * Signs(components);

        return new PrincipalComponents(
            mean.to(anchors.dtype).MoveToOuterDisposeScope(),
            components.to(anchors.dtype).MoveToOuterDisposeScope(),
            singular.to(anchors.dtype).MoveToOuterDisposeScope());
    }

    /// <summary>Given directions in the place of principal ones, with what the anchors vary along them: how SeFa's directions stand in for PCA's.</summary>
    /// <param name="anchors">[N, w_dim], N ≥ 2.</param>
    /// <param name="directions">Orthonormal rows, [K, w_dim].</param>
    /// <returns>The directions by falling variation of the anchors, in the anchors' type and device.</returns>
    public static PrincipalComponents Along(Tensor anchors, Tensor directions)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var mean = anchors.detach().mean([0]);
        var rows = directions.to(anchors.dtype).to(anchors.device);
        var spread = (anchors.detach() - mean).matmul(rows.t()).norm(dim: 0);
        var order = spread.argsort(0, true);
        return new(mean.MoveToOuterDisposeScope(), rows.index_select(0, order).MoveToOuterDisposeScope(), spread.index_select(0, order).MoveToOuterDisposeScope());
    }

    /// <summary>Coordinates (w − mean)·v_i.</summary>
    /// <param name="codes">[..., w_dim].</param>
    /// <returns>[..., K].</returns>
    public Tensor ToCoordinates(Tensor codes)
    {
        using var scope = NewDisposeScope();
        return (codes - Mean).matmul(Components.t()).MoveToOuterDisposeScope();
    }

    /// <summary>Codes mean + Σ x_i v_i; what a code had outside the components' span is not in its coordinates and so does not return.</summary>
    /// <param name="coordinates">[..., K].</param>
    /// <returns>[..., w_dim].</returns>
    public Tensor FromCoordinates(Tensor coordinates)
    {
        using var scope = NewDisposeScope();
        return (Mean + coordinates.matmul(Components)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Mean.Dispose();
        Components.Dispose();
        SingularValues.Dispose();
    }

    private static long KeptCount(Tensor ascending, long most)
    {
        var values = ascending.detach().data<double>().ToArray();
        var floor = values[^1] * Negligible * Negligible;
        if (!(values[^1] > 0))
            throw new InvalidInputException("All anchors coincide: they span no direction. Anchors must differ between photos.");
        var kept = 0;
        while (kept < most && values[values.Length - 1 - kept] > floor)
            kept++;
        return kept;
    }

    private static Tensor Signs(Tensor components)
    {
        using var noGrad = no_grad();
        var detached = components.detach();
        return detached.gather(1, detached.abs().argmax(1, keepdim: true)).sign();
    }
}
