using WebStudio.Gpu;

namespace WebStudio.Server.Admin;

/// <summary>What an admin says of a network file.</summary>
/// <param name="Name">Short name under which people choose it.</param>
/// <param name="File">The file's own name, for messages.</param>
/// <param name="Licence">Terms under which the network may be used.</param>
/// <param name="Accepted">Whether the admin accepts them for this server.</param>
/// <param name="Sha256">Checksum the file must have, hexadecimal; null or empty where its source names none.</param>
internal sealed record BaseImportRequest(string Name, string File, string Licence, bool Accepted, string? Sha256)
{
    private const int LongestName = 60, LongestLicence = 1000;

    /// <summary>The same, trimmed and checked.</summary>
    /// <exception cref="InvalidInputException">Something is missing; the message says what.</exception>
    public BaseImportRequest Checked()
    {
        var tidy = this with { Name = Name.Trim(), Licence = Licence.Trim(), File = Path.GetFileName(File.Trim()), Sha256 = string.IsNullOrWhiteSpace(Sha256) ? null : Sha256.Trim().ToLowerInvariant() };
        if (tidy.Name.Length is 0 or > LongestName)
            throw new InvalidInputException($"The base needs a name of 1 to {LongestName} characters.");
        if (tidy.Licence.Length is 0 or > LongestLicence)
            throw new InvalidInputException($"Say under which licence the network may be used, in 1 to {LongestLicence} characters.");
        if (!tidy.Accepted)
            throw new InvalidInputException("The licence has to be accepted before the network is used on this server.");
        if (tidy.Sha256 is { } sum && (sum.Length != 64 || !sum.All(char.IsAsciiHexDigit)))
            throw new InvalidInputException("A SHA-256 has 64 hexadecimal digits; leave the field empty where the source names none.");
        return tidy;
    }
}
