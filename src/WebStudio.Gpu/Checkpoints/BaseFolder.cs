using WebStudio.Gpu.Execution;
using static TorchSharp.torch;
using Generator = WebStudio.Gpu.StyleGan.Generator;

namespace WebStudio.Gpu.Checkpoints;

/// <summary>A base model as a folder: base.json, generator.safetensors, and encoder.safetensors where there is one.</summary>
public sealed class BaseFolder
{
    /// <summary>Name of the description.</summary>
    public const string DescriptionFile = "base.json";

    /// <summary>Name under which generators are written.</summary>
    public const string GeneratorFile = "generator.safetensors";

    /// <summary>Name under which encoders are written.</summary>
    public const string EncoderFile = "encoder.safetensors";

    private BaseFolder(string folder, BaseDescription description) => (Folder, Description) = (folder, description);

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>What its base.json says.</summary>
    public BaseDescription Description { get; }

    /// <summary>Place of the built-in base, beside the application.</summary>
    public static string BuiltIn { get; } = Path.Combine(AppContext.BaseDirectory, "models", "faces");

    /// <summary>Opens a folder and reads its description; weights are read when they are asked for.</summary>
    /// <exception cref="InvalidInputException">There is no such folder, or its base.json cannot be used.</exception>
    public static BaseFolder Open(string folder)
    {
        var path = Path.Combine(folder, DescriptionFile);
        try
        {
            return new(folder, BaseDescription.Parse(File.ReadAllBytes(path), path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException($"{folder} is no base model: there is no {DescriptionFile} in it.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The generator, built from its file.</summary>
    /// <exception cref="InvalidInputException">The file is missing or damaged, or does not fit the description.</exception>
    public Generator LoadGenerator(ComputeContext context)
    {
        using var scope = NewDisposeScope();
        return Generator.Create(Description.ToConfig(), ReadGenerator(), context);
    }

    /// <summary>The generator's tensors under NVIDIA's names; they belong to the caller's dispose scope.</summary>
    /// <exception cref="InvalidInputException">The file is missing or damaged.</exception>
    public IReadOnlyDictionary<string, Tensor> ReadGenerator() => SafetensorsFile.Read(Path.Combine(Folder, Description.Generator.File)).Tensors;

    /// <summary>The encoder's tensors, null where the base has none; they belong to the caller's dispose scope.</summary>
    /// <exception cref="InvalidInputException">The file is missing or damaged.</exception>
    public IReadOnlyDictionary<string, Tensor>? ReadEncoder() =>
        Description.Encoder is { } encoder ? SafetensorsFile.Read(Path.Combine(Folder, encoder.File)).Tensors : null;

    /// <summary>Writes a whole folder, or nothing; the generator's file can also be loaded by NVIDIA's code (<see cref="GeneratorCheckpoint.Write"/>).</summary>
    /// <param name="folder">Not there yet, or empty.</param>
    /// <param name="description">Goes into base.json; names the files.</param>
    /// <param name="generator">The generator's tensors under NVIDIA's names.</param>
    /// <param name="encoder">The encoder's tensors; needed exactly where the description has an encoder.</param>
    /// <exception cref="InvalidInputException">The folder is taken or cannot be written.</exception>
    /// <exception cref="ArgumentException">Description and encoder do not agree.</exception>
    public static void Write(string folder, BaseDescription description, IReadOnlyDictionary<string, Tensor> generator, IReadOnlyDictionary<string, Tensor>? encoder = null)
    {
        if (description.Encoder is null != encoder is null)
            throw new ArgumentException("An encoder is described and not given, or given and not described.", nameof(encoder));
        AtomicFolder.Write(folder, place =>
        {
            new GeneratorCheckpoint(description.ToConfig(), generator).Write(Path.Combine(place, description.Generator.File));
            if (encoder is not null)
                SafetensorsFile.Write(Path.Combine(place, description.Encoder!.File), encoder);
            File.WriteAllBytes(Path.Combine(place, DescriptionFile), description.ToJson());
        });
    }
}
