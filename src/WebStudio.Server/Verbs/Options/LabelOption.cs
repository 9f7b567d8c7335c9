using System.CommandLine;

namespace WebStudio.Server.Verbs.Options;

/// <summary>--label.</summary>
internal static class LabelOption
{
    public static Option<bool> Create() => new("--label") { Description = "Write AI-GENERATED or AI-EDITED visibly into the lower edge; the metadata say it in any case" };
}
