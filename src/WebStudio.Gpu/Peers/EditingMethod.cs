using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.StyleGan;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Peers;

/// <summary>A direction of an attribute and where it applies.</summary>
/// <param name="Vector">[w_dim]; its length is the unit in which amounts count.</param>
/// <param name="Layers">Rows of a W+ code that move; null for all.</param>
public sealed record EditingDirection(Tensor Vector, IReadOnlyList<int>? Layers = null);

/// <summary>
/// One way to change attributes of photos, whatever its theory: a network, the photos' codes in it, and a direction for every attribute. Methods are compared through this alone.
/// </summary>
/// <param name="Name">As tables call it.</param>
/// <param name="Network">Renders; stays its owner's.</param>
/// <param name="Codes">Codes of the album's photos, [N, w_dim]; stay their owner's.</param>
/// <param name="Directions">By attribute; attributes that the method has no direction for are missing.</param>
public sealed record EditingMethod(string Name, SynthesisNetwork Network, Tensor Codes, IReadOnlyDictionary<string, EditingDirection> Directions) : IDisposable
{
    /// <summary>Names under which reports list the methods.</summary>
    public const string Ours = "MyStyle++", MyStyle = "MyStyle", InterFace = "InterFaceGAN", Sefa = "SeFa";

    /// <summary>Codes moved along an attribute.</summary>
    /// <param name="codes">[B, w_dim].</param>
    /// <param name="attribute">One of <see cref="Directions"/>.</param>
    /// <param name="amounts">How far, in units of the direction, B of them.</param>
    /// <returns>[B, num_ws, w_dim].</returns>
    public Tensor Move(Tensor codes, string attribute, IReadOnlyList<double> amounts)
    {
        var direction = Directions[attribute];
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var steps = tensor(amounts.Select(a => (float)a).ToArray(), device: codes.device).unsqueeze(1) * direction.Vector; // [B, w_dim]
        var wide = codes.unsqueeze(1).repeat(1, Network.Config.NumWs, 1);
        if (direction.Layers is { } layers)
        {
            var rows = tensor(layers.Select(l => (long)l).ToArray(), device: codes.device);
            return wide.index_add(1, rows, steps.unsqueeze(1).expand(-1, layers.Count, -1), 1).MoveToOuterDisposeScope();
        }
        return (wide + steps.unsqueeze(1)).MoveToOuterDisposeScope();
    }

    /// <summary>The model itself: its own directions.</summary>
    public static EditingMethod Of(PersonalizedModel model) => new(Ours, model.Generator.Synthesis, model.Anchors,
        model.Description.Attributes.Select((a, m) => (a.Name, m)).ToDictionary(a => a.Name, a => new EditingDirection(model.Directions[a.m].DetachFromDisposeScope())));

    /// <summary>MyStyle: InterFaceGAN's direction projected on the anchors' span, Wᵀγ with γ = (W Wᵀ)⁻¹ W d (method section 6).</summary>
    /// <param name="peer">The album personalised without L_anc.</param>
    /// <param name="boundaries">Of the base.</param>
    /// <param name="attributes">Those to compare.</param>
    public static EditingMethod OfMyStyle(PersonalizedModel peer, AttributeBoundaries boundaries, IReadOnlyList<string> attributes) => WithNormals(MyStyle, peer, boundaries, attributes, normal =>
    {
        using var scope = NewDisposeScope();
        return AnchorSpan.Coordinates(peer.Anchors, normal).matmul(peer.Anchors).MoveToOuterDisposeScope();
    });

    /// <summary>InterFaceGAN as it is: the boundary's normal, wherever it leads, on MyStyle's reconstruction of the photos.</summary>
    /// <param name="peer">The album personalised without L_anc.</param>
    /// <param name="boundaries">Of the base.</param>
    /// <param name="attributes">Those to compare.</param>
    public static EditingMethod OfInterFaceGan(PersonalizedModel peer, AttributeBoundaries boundaries, IReadOnlyList<string> attributes) => WithNormals(InterFace, peer, boundaries, attributes, normal => normal.clone());

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var direction in Directions.Values)
            direction.Vector.Dispose();
    }

    private static EditingMethod WithNormals(string name, PersonalizedModel peer, AttributeBoundaries boundaries, IReadOnlyList<string> attributes, Func<Tensor, Tensor> direction)
    {
        using var noGrad = no_grad();
        var known = new Dictionary<string, EditingDirection>();
        foreach (var attribute in attributes)
            if (boundaries.Normal(attribute) is { } normal)
                known[attribute] = new(direction(normal.to(peer.Anchors.device)).DetachFromDisposeScope());
        return new(name, peer.Generator.Synthesis, peer.Anchors, known);
    }
}
