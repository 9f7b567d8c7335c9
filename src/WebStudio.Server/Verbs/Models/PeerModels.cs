using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Peers;
using WebStudio.Gpu.Personalization;

namespace WebStudio.Server.Verbs.Models;

/// <summary>What verbs need that compare a model with its peers.</summary>
internal static class PeerModels
{
    /// <summary>Refuses a model that cannot stand for MyStyle.</summary>
    /// <exception cref="InvalidInputException">It is no model, or controls attributes.</exception>
    public static void RequireMyStyle(string folder)
    {
        var attributes = PersonalizedModel.Describe(folder).Attributes;
        if (attributes.Count > 0)
            throw new InvalidInputException($"{folder} controls {string.Join(", ", attributes.Select(a => a.Name))}: it is no MyStyle peer. personalize ALBUM --attributes none makes one.");
    }

    /// <summary>InterFaceGAN's boundaries of a base.</summary>
    /// <param name="folder">Base folder; null for the built-in base.</param>
    /// <exception cref="InvalidInputException">The base has none.</exception>
    public static AttributeBoundaries Boundaries(string? folder)
    {
        var path = Path.Combine(folder ?? BaseFolder.BuiltIn, AttributeBoundaries.FileName);
        return File.Exists(path) ? AttributeBoundaries.Read(path) : throw new InvalidInputException($"{folder ?? "The built-in base"} has no {AttributeBoundaries.FileName}: generator boundaries {folder ?? "FOLDER"} fits them.");
    }
}
