namespace WebStudio.Server.Accounts;

/// <summary>A group of people who share supervisors.</summary>
internal sealed class Studio
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public required string Name { get; set; }

    /// <summary>Only approved versions are exported.</summary>
    public bool ApprovalBeforeExport { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}
