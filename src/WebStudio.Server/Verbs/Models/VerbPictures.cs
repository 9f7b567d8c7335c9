using System.Security.Cryptography;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Imaging.Provenance;
using WebStudio.Gpu.Personalization;
using WebStudio.Server.Verbs.Options;

namespace WebStudio.Server.Verbs.Models;

/// <summary>Writes the pictures of a verb with where they come from.</summary>
/// <param name="Provenance">What is the same for all of them.</param>
/// <param name="Label">Whether it is also to be seen.</param>
internal sealed record VerbPictures(PictureProvenance Provenance, bool Label)
{
    /// <summary>Pictures made with a model folder. A folder has no id: its network's hash stands for it.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="model">The same, open.</param>
    /// <param name="source">Portraits, or photos with parts made.</param>
    /// <param name="method">What is done, in a word or two.</param>
    /// <param name="label">Whether a visible label is wanted.</param>
    public static VerbPictures Of(string folder, PersonalizedModel model, DigitalSource source, string method, bool label) => new(new()
    {
        Source = source,
        Method = method,
        Model = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))),
        ModelVersion = $"sha256:{Hash(Path.Combine(folder, BaseFolder.GeneratorFile))}",
        Base = model.Description.Base,
        Created = DateTimeOffset.UtcNow,
    }, label);

    /// <summary>The same, made from a photo: told by its hash, not by its name.</summary>
    public VerbPictures From(string photo) => this with { Provenance = Provenance with { PhotoSha256 = Hash(photo) } };

    /// <summary>The same, with values that were asked for; of a tag the index of its word.</summary>
    public VerbPictures With(PersonalizedModel model, IReadOnlyList<AttributeSetting> settings) => this with
    {
        Provenance = Provenance with
        {
            Coordinates = settings.ToDictionary(s => s.Attribute, s => s.Label is { } word ? model.Description.Attributes[model.AttributeIndex(s.Attribute)].Labels!.ToList().IndexOf(word) : s.Value),
        },
    };

    /// <summary>Writes one picture in the format its name's ending says.</summary>
    /// <exception cref="InvalidInputException">Unknown ending, a folder that cannot be written, a full disk.</exception>
    public void Write(string path, RgbImage picture)
    {
        var bytes = PictureXmp.Write(ImageEncoder.Encode(Label ? VisibleLabel.Draw(picture, Provenance.Source) : picture, ImageFile.FormatOf(path)), Provenance);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    private static string Hash(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
