using System.Globalization;
using WebStudio.Gpu.Checkpoints;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Peers;

/// <summary>InterFaceGAN's boundaries of a base: for every attribute the unit normal of the hyperplane in W that parts faces with much of it from faces with little.</summary>
/// <param name="Names">P attributes.</param>
/// <param name="Normals">[P, w_dim], unit rows, pointing to more.</param>
/// <param name="Accuracy">P shares of held-back faces that lie on the right side, 0.5 (chance) to 1.</param>
public sealed record AttributeBoundaries(IReadOnlyList<string> Names, Tensor Normals, IReadOnlyList<double> Accuracy) : IDisposable
{
    /// <summary>Name of the file in a base folder.</summary>
    public const string FileName = "boundaries.safetensors";

    /// <summary>The normal of an attribute, [w_dim]; null when the base has no boundary for it.</summary>
    public Tensor? Normal(string name) => Names.ToList().IndexOf(name) is >= 0 and var at ? Normals[at] : null;

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidInputException">The file is damaged.</exception>
    public static AttributeBoundaries Read(string path)
    {
        using var scope = NewDisposeScope();
        var file = SafetensorsFile.Read(path);
        if (!file.Metadata.TryGetValue("names", out var names) || !file.Metadata.TryGetValue("accuracy", out var accuracy) || !file.Tensors.TryGetValue("normals", out var normals)
            || normals.dim() != 2 || names.Split(' ').Length != normals.shape[0] || accuracy.Split(' ').Length != normals.shape[0])
            throw new InvalidInputException($"{path} does not hold the attribute boundaries of a base model.");
        return new(names.Split(' '), normals.DetachFromDisposeScope(), [.. accuracy.Split(' ').Select(a => double.Parse(a, CultureInfo.InvariantCulture))]);
    }

    /// <summary>Writes normals, names and accuracies.</summary>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public void Write(string path) => SafetensorsFile.Write(path, [new("normals", Normals)], new Dictionary<string, string>
    {
        ["names"] = string.Join(' ', Names),
        ["accuracy"] = string.Join(' ', Accuracy.Select(a => a.ToString("F4", CultureInfo.InvariantCulture))),
    });

    /// <inheritdoc/>
    public void Dispose() => Normals.Dispose();
}
