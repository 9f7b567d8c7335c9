using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Gpu.Imaging;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Personalization;

/// <summary>From a curated album to what a personalisation learns from.</summary>
public static class AlbumTrainingSet
{
    /// <summary>Fewest photos that a personalisation makes sense with: fewer span no subspace worth the name.</summary>
    public const int FewestPhotos = 5;

    /// <summary>Value of a tag on photos that do not carry it.</summary>
    public const string Untagged = "none";

    /// <summary>The used photos at the base's size, with their attributes and tags.</summary>
    /// <param name="album">Curated with an alignment at the base's crop.</param>
    /// <param name="source">The base.</param>
    /// <param name="attributes">Attributes that will be asked for: measured ones or tags.</param>
    /// <param name="context">Where the tensors are to lie.</param>
    /// <exception cref="InvalidInputException">Too few photos are used, or an attribute is neither measured nor a tag of the album.</exception>
    public static TrainingSet Build(Album album, BaseDescription source, IReadOnlyList<string> attributes, ComputeContext context)
    {
        var used = album.Used.ToList();
        if (used.Count < FewestPhotos)
            throw new InvalidInputException($"{album.Outcome} At least {FewestPhotos} photos of the person are needed.");
        var values = new Dictionary<string, double[]>();
        foreach (var attribute in Enum.GetValues<FaceAttribute>())
            values[attribute.ToString().ToLowerInvariant()] = [.. used.Select(p => p.Attributes.TryGetValue(attribute, out var reading) && reading.Confidence > 0 ? reading.Value : double.NaN)];
        var labels = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var tag in attributes.Except(values.Keys.ToList()))
            (values[tag], labels[tag]) = Tag(used, tag, [.. values.Keys]);

        using var scope = NewDisposeScope();
        var size = source.Generator.ImgResolution;
        var crops = used.Select(p => p.Aligned ?? throw new ArgumentException("The album was curated without an alignment.", nameof(album))).ToList();
        var images = stack([.. crops.Select(c => c.Image.Resize(size, size, ResizeFilter.Lanczos).ToTensor())]).to(context.Device);
        var masks = nn.functional.adaptive_avg_pool2d(stack([.. crops.Select(c => tensor(c.FromPhoto.Select(real => real ? 1f : 0f).ToArray()).view(1, c.Image.Height, c.Image.Width))]), [size, size]).to(context.Device);
        return new TrainingSet([.. used.Select(p => p.Name)], images, masks, values) { Labels = labels };
    }

    /// <summary>Index of each photo's tag value among all of them; photos without the tag have the value <see cref="Untagged"/>.</summary>
    private static (double[] Values, IReadOnlyList<string> Labels) Tag(List<PhotoDecision> used, string tag, IReadOnlyList<string> measured)
    {
        if (!used.Any(p => p.Tags.ContainsKey(tag)))
            throw new InvalidInputException($"'{tag}' is neither measured ({string.Join(", ", measured)}) nor a tag of any used photo; tags are given in the overrides file.");
        // Photos without the tag come first, so that a slider to the right means "has it".
        var labels = used.Select(p => p.Tags.GetValueOrDefault(tag, Untagged)).Distinct().OrderBy(l => l != Untagged).ThenBy(l => l, StringComparer.Ordinal).ToList();
        return ([.. used.Select(p => (double)labels.IndexOf(p.Tags.GetValueOrDefault(tag, Untagged)))], labels);
    }
}
