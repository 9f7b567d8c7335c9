using System.Text.RegularExpressions;

namespace WebStudio.Server.Tests.Access;

/// <summary>A line of docs/permissions.md.</summary>
/// <param name="Method">GET, POST, DELETE for data; PAGE; HUB for a call of the editor's hub.</param>
/// <param name="Address">Path, or name of the call.</param>
/// <param name="Who">The rule.</param>
internal sealed record Permission(string Method, string Address, string Who)
{
    /// <summary>Whether the rule speaks of a thing of somebody's.</summary>
    public bool IsOfAThing => Who.StartsWith("owner", StringComparison.Ordinal) || (Who.StartsWith("token", StringComparison.Ordinal) && Address.Contains('{'));

    public override string ToString() => $"{Method} {Address}: {Who}";
}

/// <summary>docs/permissions.md as the tests read it.</summary>
internal static partial class PermissionTable
{
    public static IReadOnlyList<Permission> Rows { get; } = Read();

    private static List<Permission> Read()
    {
        var rows = new List<Permission>();
        var hub = false;
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "permissions.md")))
        {
            hub = line.StartsWith('#') ? line.Contains("hub", StringComparison.OrdinalIgnoreCase) : hub;
            if (LinePattern().Match(line) is not { Success: true } match || match.Groups["what"].Value is "address" or "call" or "rule" || match.Groups["what"].Value.StartsWith("---", StringComparison.Ordinal))
                continue;
            var (what, who) = (match.Groups["what"].Value, match.Groups["who"].Value);
            if (hub)
                rows.Add(new("HUB", what.Split('(')[0], who));
            else if (what.StartsWith('/'))
                rows.Add(new("PAGE", what, who));
            else if (what.Split(' ') is [var method, ['/', ..] address])
                rows.Add(new(method, address, who));
        }
        return rows;
    }

    [GeneratedRegex(@"^\| (?<what>[^|]+?) \| (?<who>[^|]+?) \|$")]
    private static partial Regex LinePattern();
}
