namespace WebStudio.Components.Admin;

/// <summary>The base generators of this server, for the person who runs it. A file comes in by its own request: POST <see cref="ImportAddress"/>, the file as the body.</summary>
public interface IBaseAdministration
{
    /// <summary>Where a file is sent; parameters name, file, licence, accepted and sha256 in the query.</summary>
    const string ImportAddress = "/api/bases";

    /// <summary>The built-in base first, then the imported ones, newest first.</summary>
    Task<IReadOnlyList<BaseCard>> ListAsync(CancellationToken cancel = default);

    /// <summary>Removes an imported base and its files.</summary>
    /// <returns>Null when it is gone, or the sentence that says why it stays.</returns>
    Task<string?> DeleteAsync(Guid id, CancellationToken cancel = default);
}

/// <summary>A base generator as the administration page shows it.</summary>
/// <param name="Id">Null for the built-in one.</param>
/// <param name="Name">Short name.</param>
/// <param name="Resolution">Side of its pictures in pixels.</param>
/// <param name="Licence">Terms under which it may be used.</param>
/// <param name="Bytes">Size of the imported file; of the folder for the built-in one.</param>
/// <param name="Sha256">Of the imported file, lower-case hexadecimal; null for the built-in one.</param>
/// <param name="ImportedAt">Null for the built-in one.</param>
/// <param name="ImportedBy">Name of who imported it; null for the built-in one.</param>
public sealed record BaseCard(Guid? Id, string Name, int Resolution, string Licence, long Bytes, string? Sha256, DateTimeOffset? ImportedAt, string? ImportedBy);
