using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Latents;
using static TorchSharp.torch;
using Generator = WebStudio.Gpu.StyleGan.Generator;

namespace WebStudio.Gpu.Personalization;

/// <summary>
/// A personalised model: generator G*, anchors W*, directions d_m, calibrations. As a folder it is also a base folder (base.json,
/// generator.safetensors), with model.json, anchors.safetensors and the aligned photos in album/ beside. Owns its tensors.
/// </summary>
public sealed class PersonalizedModel : IDisposable
{
    private const string DescriptionFile = "model.json", AnchorsFile = "anchors.safetensors", AlbumFolder = "album";

    /// <summary>Takes ownership of generator and tensors.</summary>
    /// <param name="description">What model.json says.</param>
    /// <param name="baseDescription">Shape of the generator.</param>
    /// <param name="generator">G*.</param>
    /// <param name="anchors">W*, [N, w_dim].</param>
    /// <param name="directions">d_m, orthonormal rows, [M, w_dim].</param>
    /// <param name="album">The N aligned photos; empty when they were not loaded.</param>
    public PersonalizedModel(ModelDescription description, BaseDescription baseDescription, Generator generator, Tensor anchors, Tensor directions, IReadOnlyList<RgbImage> album)
    {
        (Description, BaseDescription, Generator, Album) = (description, baseDescription, generator, album);
        Anchors = anchors.DetachFromDisposeScope();
        Directions = directions.DetachFromDisposeScope();
        Mean = anchors.mean([0]).DetachFromDisposeScope();
    }

    /// <summary>What model.json says.</summary>
    public ModelDescription Description { get; }

    /// <summary>Shape and crop of the generator.</summary>
    public BaseDescription BaseDescription { get; }

    /// <summary>G*.</summary>
    public Generator Generator { get; }

    /// <summary>W*, [N, w_dim].</summary>
    public Tensor Anchors { get; }

    /// <summary>Mean anchor, [w_dim].</summary>
    public Tensor Mean { get; }

    /// <summary>d_m, orthonormal rows, [M, w_dim].</summary>
    public Tensor Directions { get; }

    /// <summary>The aligned photos, in the order of the anchors.</summary>
    public IReadOnlyList<RgbImage> Album { get; }

    /// <summary>The personalised subspace.</summary>
    public DilatedHull Hull => new(Anchors, Description.Beta);

    /// <summary>Index m of an attribute.</summary>
    /// <exception cref="InvalidInputException">The model has no such attribute; the message lists those it has.</exception>
    public int AttributeIndex(string name)
    {
        var names = Description.Attributes.Select(a => a.Name).ToList();
        var index = names.IndexOf(name);
        return index >= 0 ? index : throw new InvalidInputException($"This model does not control '{name}'; it controls {string.Join(", ", names)}.");
    }

    /// <summary>The coordinate at which an attribute has a value, and whether the gallery covers it.</summary>
    /// <param name="name">Attribute.</param>
    /// <param name="value">In the attribute's unit.</param>
    /// <exception cref="InvalidInputException">The model has no such attribute.</exception>
    public (CoordinateTarget Target, bool Covered) Target(string name, double value)
    {
        var m = AttributeIndex(name);
        var attribute = Description.Attributes[m];
        var coordinate = attribute.Calibration.ToCoordinate(value);
        // A value at the very end comes back from the calibration with rounding.
        var slack = 1e-6 * (attribute.Maximum - attribute.Minimum);
        return (new CoordinateTarget(m, coordinate), coordinate >= attribute.Minimum - slack && coordinate <= attribute.Maximum + slack);
    }

    /// <summary>The coordinate at which a tag has a value: the mean of the photos that carry it, since the values of a tag have no order to interpolate along.</summary>
    /// <param name="name">The tag.</param>
    /// <param name="label">One of its values.</param>
    /// <exception cref="InvalidInputException">The model has no such tag, or the tag no such value; the message lists those there are.</exception>
    public CoordinateTarget Target(string name, string label)
    {
        var m = AttributeIndex(name);
        var labels = Description.Attributes[m].Labels ?? throw new InvalidInputException($"'{name}' is measured in {Description.Attributes[m].Unit}; it takes a number, not '{label}'.");
        var index = labels.ToList().IndexOf(label);
        if (index < 0)
            throw new InvalidInputException($"The tag '{name}' has no value '{label}'; it has {string.Join(", ", labels)}.");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var along = (Anchors - Mean).matmul(Directions[m]).cpu().data<float>().ToArray();
        return new(m, Description.Photos.Select((photo, n) => (photo, n)).Where(p => p.photo.Attributes[name] == index).Average(p => along[p.n]));
    }

    /// <summary>What a model folder says of itself, without its tensors.</summary>
    /// <exception cref="InvalidInputException">It is not one, or its description is damaged.</exception>
    public static ModelDescription Describe(string folder)
    {
        var path = Path.Combine(folder, DescriptionFile);
        try
        {
            return ModelDescription.Parse(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException($"{folder} is not a personalised model: there is no {DescriptionFile} in it.", e);
        }
    }

    /// <summary>Opens a model folder.</summary>
    /// <exception cref="InvalidInputException">It is not one, or a part is missing or damaged.</exception>
    public static PersonalizedModel Load(string folder, ComputeContext context)
    {
        var description = Describe(folder);
        var baseFolder = BaseFolder.Open(folder);
        using var scope = NewDisposeScope();
        var tensors = SafetensorsFile.Read(Path.Combine(folder, AnchorsFile)).Tensors;
        Tensor Take(string name, long rows)
        {
            if (!tensors.TryGetValue(name, out var tensor) || tensor.dim() != 2 || tensor.shape[0] != rows || tensor.shape[1] != baseFolder.Description.Generator.WDim)
                throw new InvalidInputException($"{Path.Combine(folder, AnchorsFile)} does not hold '{name}' as [{rows}, {baseFolder.Description.Generator.WDim}].");
            return tensor.to(ScalarType.Float32, context.Device).MoveToOuterDisposeScope();
        }
        var anchors = Take("anchors", description.Photos.Count);
        var directions = Take("directions", description.Attributes.Count);
        var album = description.Photos.Select((_, n) => ImageFile.Read(Path.Combine(folder, AlbumFolder, AlbumName(n)))).ToList();
        var generator = baseFolder.LoadGenerator(context);
        generator.Synthesis.Freeze();
        return new PersonalizedModel(description, baseFolder.Description, generator, anchors, directions, album);
    }

    /// <summary>Writes the whole folder, or nothing.</summary>
    /// <param name="folder">Not there yet, or empty.</param>
    /// <exception cref="InvalidInputException">The folder is taken or cannot be written.</exception>
    public void Save(string folder) => AtomicFolder.Write(folder, place =>
    {
        using var scope = NewDisposeScope();
        using var components = PrincipalComponents.Of(Anchors);
        var generator = Generator.ToTensors();
        new GeneratorCheckpoint(Generator.Config, generator).Write(Path.Combine(place, BaseDescription.Generator.File));
        foreach (var tensor in generator.Values)
            tensor.Dispose();
        SafetensorsFile.Write(Path.Combine(place, AnchorsFile), new Dictionary<string, Tensor>
        {
            ["anchors"] = Anchors,
            ["directions"] = Directions,
            ["mean"] = Mean,
            ["components"] = components.Components,
            ["singular_values"] = components.SingularValues,
        });
        Directory.CreateDirectory(Path.Combine(place, AlbumFolder));
        for (var n = 0; n < Album.Count; n++)
            ImageFile.Write(Path.Combine(place, AlbumFolder, AlbumName(n)), Album[n]);
        File.WriteAllBytes(Path.Combine(place, BaseFolder.DescriptionFile), BaseDescription.ToJson());
        File.WriteAllBytes(Path.Combine(place, DescriptionFile), Description.ToJson());
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        Generator.Dispose();
        Anchors.Dispose();
        Mean.Dispose();
        Directions.Dispose();
    }

    // Numbered, not named after the photo: two photos may differ in their folder or ending alone.
    private static string AlbumName(int n) => $"{n + 1:D4}.png";
}
