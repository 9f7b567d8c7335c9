using System.CommandLine;
using WebStudio.Gpu;
using WebStudio.Gpu.BaseTraining;

namespace WebStudio.Server.Verbs.Bases;

/// <summary>--images DIR|TAR …</summary>
internal static class PictureSources
{
    public static Option<string[]> Option(string description) => new("--images") { Description = description, HelpName = "DIR|TAR", Required = true, AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.OneOrMore };

    /// <summary>The sources that paths name; read later.</summary>
    /// <exception cref="InvalidInputException">A path is not there.</exception>
    public static IReadOnlyList<PictureSource> Open(IEnumerable<string> paths) => [.. paths.Select(path => new PictureSource(path))];
}
