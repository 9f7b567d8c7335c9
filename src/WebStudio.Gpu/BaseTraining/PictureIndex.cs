using System.Text;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>What an index.csv beside pictures says of them: a header line, then a line a picture, without quoted fields.</summary>
/// <param name="Identities">Who is shown, by the picture's path within the source; empty without a column <c>identity</c>.</param>
/// <param name="HeldOut">Paths of pictures that are kept for measuring; null without a column <c>held_out</c>.</param>
internal sealed record PictureIndex(IReadOnlyDictionary<string, string> Identities, IReadOnlySet<string>? HeldOut)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "index.csv";

    /// <summary>Reads an index; lines that are too short are passed over.</summary>
    /// <param name="csv">Its bytes.</param>
    /// <param name="folder">Path of its folder within the source, empty or with a slash at its end: its names begin there.</param>
    /// <exception cref="FormatException">It has no column <c>file</c>.</exception>
    public static PictureIndex Parse(byte[] csv, string folder)
    {
        var lines = Encoding.UTF8.GetString(csv).TrimStart('\uFEFF').Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var columns = lines.Length == 0 ? [] : lines[0].Split(',');
        var (file, identity, mark) = (Array.IndexOf(columns, "file"), Array.IndexOf(columns, "identity"), Array.IndexOf(columns, "held_out"));
        if (file < 0)
            throw new FormatException($"{FileName} has no column 'file'");
        var rows = lines.Skip(1).Select(line => line.Split(',')).Where(row => row.Length > Math.Max(file, Math.Max(identity, mark))).ToList();
        var identities = new Dictionary<string, string>();
        if (identity >= 0)
            rows.ForEach(row => identities[folder + row[file]] = row[identity]);
        return new(identities, mark < 0 ? null : rows.Where(row => row[mark] == "1").Select(row => folder + row[file]).ToHashSet());
    }

    /// <summary>What several say together. A name stands for one person in all of a source.</summary>
    public static PictureIndex Join(IEnumerable<PictureIndex> indexes)
    {
        var all = indexes.ToList();
        var marks = all.FindAll(index => index.HeldOut is not null);
        return new(all.SelectMany(index => index.Identities).ToDictionary(), marks.Count == 0 ? null : marks.SelectMany(index => index.HeldOut!).ToHashSet());
    }

    /// <summary>
    /// Names of the pictures to keep for measuring; null where the index leaves it open. One marked picture keeps all of its person: a face that was learnt from another picture would
    /// be no test.
    /// </summary>
    public IReadOnlySet<string>? Kept(IEnumerable<string> names)
    {
        if (HeldOut is null)
            return null;
        var people = HeldOut.Where(Identities.ContainsKey).Select(name => Identities[name]).ToHashSet();
        return names.Where(name => HeldOut.Contains(name) || (Identities.TryGetValue(name, out var who) && people.Contains(who))).ToHashSet();
    }
}
