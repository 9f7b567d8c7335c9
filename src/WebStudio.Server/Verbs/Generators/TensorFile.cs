using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using static TorchSharp.torch;

namespace WebStudio.Server.Verbs.Generators;

/// <summary>A safetensors file that carries one tensor of numbers under an agreed name.</summary>
internal static class TensorFile
{
    /// <summary>Reads the tensor, as float32 on the CPU, in the caller's dispose scope.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The agreed name.</param>
    /// <param name="shapes">What is accepted; −1 stands for any number of rows, at least one.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, or holds no such tensor of such a shape with finite numbers.</exception>
    public static Tensor Read(string path, string name, params long[][] shapes)
    {
        using var scope = NewDisposeScope();
        var tensors = SafetensorsFile.Read(path).Tensors;
        if (!tensors.TryGetValue(name, out var tensor))
            throw new InvalidInputException($"{path} has no tensor '{name}'; it has {(tensors.Count == 0 ? "none" : string.Join(", ", tensors.Keys.Take(10)))}.");
        var accepted = string.Join(" or ", shapes.Select(shape => $"[{string.Join(", ", shape.Select(size => size < 0 ? "N" : $"{size}"))}]"));
        if (!tensor.is_floating_point() || !shapes.Any(shape => Fits(tensor.shape, shape)))
            throw new InvalidInputException($"{path}: '{name}' is {tensor.dtype} [{string.Join(", ", tensor.shape)}]; floating-point {accepted} is expected.");
        var numbers = tensor.to(ScalarType.Float32);
        if (!numbers.isfinite().all().item<bool>())
            throw new InvalidInputException($"{path}: '{name}' holds values that are not finite.");
        return numbers.MoveToOuterDisposeScope();
    }

    private static bool Fits(long[] actual, long[] expected) =>
        actual.Length == expected.Length && actual.Zip(expected).All(size => size.Second < 0 ? size.First > 0 : size.First == size.Second);
}
