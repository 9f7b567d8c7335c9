using WebStudio.Gpu.Checkpoints.Pickles;

namespace WebStudio.Gpu.Checkpoints.Torch;

/// <summary>A tensor as a file describes it: a strided view of a storage, checked to lie within it, not yet read.</summary>
internal sealed record StoredTensor : IPickleState
{
    /// <summary>Checks and keeps the view.</summary>
    /// <exception cref="FormatException">The view is impossible or reaches beyond its storage.</exception>
    public StoredTensor(TorchStorage storage, long offset, long[] shape, long[] strides)
    {
        if (strides.Length != shape.Length)
            throw new FormatException($"a tensor of shape {TensorShape.Text(shape)} has {strides.Length} strides");
        if (TensorShape.Elements(shape) is not { } elements)
            throw new FormatException($"a tensor claims the shape {TensorShape.Text(shape)}");
        // The last element lies furthest, as strides are never negative in torch. 128 bits: hostile strides must not wrap around.
        Int128 last = offset;
        for (var i = 0; i < shape.Length; i++)
            last += strides[i] < 0
                ? throw new FormatException($"a tensor has the stride {strides[i]}")
                : (Int128)(shape[i] - 1) * strides[i];
        if (offset < 0 || (elements > 0 && last >= storage.Elements))
        {
            var view = $"shape {TensorShape.Text(shape)}, strides {TensorShape.Text(strides)} and offset {offset}";
            throw new FormatException($"a tensor of {view} reaches beyond storage '{storage.Key}' of {storage.Elements} elements");
        }
        (Storage, Offset, Shape, Strides, Elements) = (storage, offset, shape, strides, elements);
    }

    /// <summary>The elements it views.</summary>
    public TorchStorage Storage { get; }

    /// <summary>Its first element within the storage.</summary>
    public long Offset { get; }

    /// <summary>Sizes.</summary>
    public long[] Shape { get; }

    /// <summary>Steps in elements.</summary>
    public long[] Strides { get; }

    /// <summary>Product of the sizes.</summary>
    public long Elements { get; }

    /// <summary>Whether it was saved with requires_grad.</summary>
    public bool RequiresGrad { get; init; }

    /// <summary>Whether it was saved as a Parameter.</summary>
    public bool IsParameter { get; init; }

    /// <summary>Parameters of torch 0.1 and 0.2 carry (requires_grad, volatile, hooks), which say nothing about the elements.</summary>
    public void SetState(object? state)
    {
        if (!IsParameter)
            throw new FormatException("a tensor is given a state");
    }
}
