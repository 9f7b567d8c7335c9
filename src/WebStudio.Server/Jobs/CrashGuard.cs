using System.Globalization;
using System.Text;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;

namespace WebStudio.Server.Jobs;

/// <summary>
/// Counts how often the server ended without a word in the middle of one piece of work, at the same point of it. Where memory runs out below the level at which a program is told, the whole process ends; without this
/// the same work would end it again after every start.
/// </summary>
internal static class CrashGuard
{
    /// <summary>So many ends at one point are no accident.</summary>
    public const int Most = 5;

    private const string FileName = "begun";

    /// <summary>Work begins, or goes on after the server has ended.</summary>
    /// <param name="folder">The work's own folder.</param>
    /// <param name="point">How far it had come; another point begins the count anew.</param>
    /// <exception cref="InvalidInputException">The server has ended too often at this point.</exception>
    public static void Begin(string folder, string point)
    {
        var file = Path.Combine(folder, FileName);
        var before = File.Exists(file) ? File.ReadAllText(file).Split('\n') : [];
        var count = before is [var number, var there] && there == point && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var times) ? times : 0;
        if (count >= Most)
            throw new InvalidInputException($"The server ended {count} times while this was under way, always at the same point. Its machine has probably not enough memory: use fewer photos or a base with smaller pictures, or tell whoever runs the server.");
        AtomicFile.Write(file, stream => stream.Write(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{count + 1}\n{point}"))));
    }

    /// <summary>Work ended in whatever orderly way.</summary>
    public static void End(string folder)
    {
        if (Directory.Exists(folder))
            File.Delete(Path.Combine(folder, FileName));
    }
}
