using static TorchSharp.torch;

namespace WebStudio.Gpu.Personalization;

/// <summary>The aligned photos of one person with their attribute values: what a personalisation learns from. Owns its tensors.</summary>
public sealed class TrainingSet : IDisposable
{
    /// <summary>Takes ownership of the tensors.</summary>
    /// <param name="names">Photo names, N of them, unique.</param>
    /// <param name="images">[N, 3, R, R] in [-1, 1], R the generator's resolution.</param>
    /// <param name="masks">[N, 1, R, R] in [0, 1]: 1 where a pixel comes from the photo, 0 where it was made up at its border.</param>
    /// <param name="values">By attribute name, N values in the attribute's unit (tags: the index of the tag's value).</param>
    /// <exception cref="ArgumentException">The parts do not belong together.</exception>
    public TrainingSet(IReadOnlyList<string> names, Tensor images, Tensor masks, IReadOnlyDictionary<string, double[]> values)
    {
        var n = names.Count;
        if (images.dim() != 4 || images.shape[0] != n || images.shape[1] != 3 || images.shape[2] != images.shape[3])
            throw new ArgumentException($"Expected [{n}, 3, R, R], got [{string.Join(", ", images.shape)}].", nameof(images));
        if (!masks.shape.SequenceEqual([n, 1, images.shape[2], images.shape[3]]))
            throw new ArgumentException($"Expected [{n}, 1, R, R], got [{string.Join(", ", masks.shape)}].", nameof(masks));
        if (values.FirstOrDefault(v => v.Value.Length != n) is { Key: not null } odd)
            throw new ArgumentException($"'{odd.Key}' has {odd.Value.Length} values for {n} photos.", nameof(values));
        (Names, Images, Masks, Values) = (names, images.DetachFromDisposeScope(), masks.DetachFromDisposeScope(), values);
    }

    /// <summary>Number of photos.</summary>
    public int Count => Names.Count;

    /// <summary>Photo names.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>[N, 3, R, R] in [-1, 1].</summary>
    public Tensor Images { get; }

    /// <summary>[N, 1, R, R] in [0, 1], 1 = taken from the photo.</summary>
    public Tensor Masks { get; }

    /// <summary>Attribute values by attribute name.</summary>
    public IReadOnlyDictionary<string, double[]> Values { get; }

    /// <summary>For tags: their values as words, in the order of the indices in <see cref="Values"/>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Labels { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <inheritdoc/>
    public void Dispose()
    {
        Images.Dispose();
        Masks.Dispose();
    }
}
