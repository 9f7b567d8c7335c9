using WebStudio.Gpu.Checkpoints.Pickles;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Checkpoints.Torch;

/// <summary>PyTorch's names: storage types, tensors, parameters and a few values that options hold.</summary>
internal static class TorchGlobals
{
    private static readonly (string Name, ScalarType Type)[] StorageTypes =
    [
        ("DoubleStorage", ScalarType.Float64), ("FloatStorage", ScalarType.Float32),
        ("HalfStorage", ScalarType.Float16), ("BFloat16Storage", ScalarType.BFloat16),
        ("LongStorage", ScalarType.Int64), ("IntStorage", ScalarType.Int32), ("ShortStorage", ScalarType.Int16), ("CharStorage", ScalarType.Int8),
        ("ByteStorage", ScalarType.Byte), ("BoolStorage", ScalarType.Bool),
    ];

    private static readonly string[] TypeNames =
        ["float64", "double", "float32", "float", "float16", "half", "bfloat16", "int64", "long", "int32", "int", "int16", "short", "int8", "uint8", "bool"];

    /// <summary>Adds them to the list.</summary>
    /// <param name="globals">The list.</param>
    /// <param name="loadNested">Reads a torch file that lies as bytes within the pickle and returns its storage.</param>
    public static void AddTo(PickleGlobals globals, Func<ByteWindow, object?> loadNested)
    {
        foreach (var (name, type) in StorageTypes)
            foreach (var module in new[] { "torch", "torch.cuda" })
                globals.AddValue(module, name, new StorageType(type));
        foreach (var name in TypeNames)
            globals.AddValue("torch", name, $"torch.{name}");
        globals.Add("torch._utils", "_rebuild_tensor", RebuildTensor);
        globals.Add("torch._utils", "_rebuild_tensor_v2", RebuildTensor);
        globals.Add("torch._utils", "_rebuild_parameter", RebuildParameter);
        // torch 0.1 and 0.2, among them the backbones of torchvision, make a Parameter by its class and give it a state.
        globals.Add("torch.nn.parameter", "Parameter", arguments => arguments is [StoredTensor data, ..]
            ? data with { IsParameter = true }
            : throw new FormatException("a Parameter is made of something other than a tensor"));
        globals.Add("torch.storage", "_load_from_bytes", arguments => arguments is [ByteWindow bytes]
            ? loadNested(bytes)
            : throw new FormatException("_load_from_bytes is given something other than bytes"));
        globals.Add("torch", "Size", arguments => arguments is [object?[] sizes]
            ? sizes
            : throw new FormatException("a torch.Size is made of something other than a tuple"));
        globals.Add("torch", "device", arguments => arguments switch
        {
            [string kind] => kind,
            [string kind, long index] => $"{kind}:{index}",
            _ => throw new FormatException("a torch.device is not named by text"),
        });
    }

    /// <summary>Resolves a persistent id ('storage', type, key, location, elements[, view]).</summary>
    public static TorchStorage ReadStorageId(object? id)
    {
        if (id is not object?[] { Length: 5 or 6 } parts || parts is not ["storage", StorageType type, string key, string, long elements, ..])
            throw new FormatException("a reference to outside data is not of the form ('storage', type, key, location, elements)");
        if (parts is [.., not null] and { Length: 6 })
            throw new FormatException($"storage '{key}' is a view of another, as torch up to 0.3 wrote them; save the file again with a newer torch");
        return new(key, type.Type, elements);
    }

    /// <summary>The whole numbers of a tuple.</summary>
    public static long[] Integers(object?[] values, string what)
    {
        if (values.Length > TensorShape.MaxRank)
            throw new FormatException($"{what} has {values.Length} dimensions");
        return [.. values.Select(value => value is long number ? number : throw new FormatException($"{what} holds {Unpickler.Describe(value)}"))];
    }

    private static StoredTensor RebuildTensor(object?[] arguments)
    {
        if (arguments is not [TorchStorage storage, long offset, object?[] shape, object?[] strides, ..])
        {
            var given = string.Join(", ", arguments.Take(8).Select(Unpickler.Describe));
            throw new FormatException($"a tensor is rebuilt from ({given}) instead of storage, offset, shape and strides");
        }
        return new(storage, offset, Integers(shape, "a shape"), Integers(strides, "a list of strides")) { RequiresGrad = arguments is [_, _, _, _, true, ..] };
    }

    private static StoredTensor RebuildParameter(object?[] arguments) => arguments is [StoredTensor data, bool requiresGrad, ..]
        ? data with { IsParameter = true, RequiresGrad = requiresGrad }
        : throw new FormatException("a Parameter is rebuilt from something other than a tensor");

    /// <summary>The class of a storage.</summary>
    private sealed record StorageType(ScalarType Type);
}
