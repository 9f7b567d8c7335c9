using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Peers;

namespace WebStudio.Server.Verbs.Models;

/// <summary>What verbs need that compare a model with its peers.</summary>
internal static class PeerModels
{
    /// <summary>InterFaceGAN's boundaries of a base.</summary>
    /// <param name="folder">Base folder; null for the built-in base.</param>
    /// <exception cref="InvalidInputException">The base has none.</exception>
    public static AttributeBoundaries Boundaries(string? folder)
    {
        var path = Path.Combine(folder ?? BaseFolder.BuiltIn, AttributeBoundaries.FileName);
        return File.Exists(path) ? AttributeBoundaries.Read(path) : throw new InvalidInputException($"{folder ?? "The built-in base"} has no {AttributeBoundaries.FileName}: generator boundaries {folder ?? "FOLDER"} fits them.");
    }
}
