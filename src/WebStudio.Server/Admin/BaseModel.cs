namespace WebStudio.Server.Admin;

/// <summary>A base generator an admin imported; the built-in one has no row.</summary>
internal sealed class BaseModel
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public required string Name { get; set; }

    public required string Licence { get; set; }

    /// <summary>Of the imported file, lower-case hexadecimal.</summary>
    public required string Sha256 { get; set; }

    public int Resolution { get; set; }

    public long Bytes { get; set; }

    public required string ImportedById { get; set; }

    public DateTimeOffset ImportedAt { get; set; }
}
