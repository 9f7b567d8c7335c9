using WebStudio.Components.Access;
using WebStudio.Components.Storage;

namespace WebStudio.Components.Tests.Storage;

/// <summary>A bin as a test sets it up, and what pages asked of it.</summary>
internal sealed class Bins : IBin
{
    public int Days { get; set; } = 30;

    public IReadOnlyList<BinEntry> Entries { get; set; } = [];

    /// <summary>What speaks against putting something back or deleting an account.</summary>
    public string? Refusal { get; set; }

    /// <summary>restore ID, erase ID, account ID.</summary>
    public List<string> Asked { get; } = [];

    public Task<IReadOnlyList<BinEntry>> ListAsync(Viewer viewer) => Task.FromResult(Entries);

    public Task<string?> RestoreAsync(Viewer viewer, Guid entry)
    {
        Asked.Add($"restore {entry}");
        if (Refusal is null)
            Entries = [.. Entries.Where(e => e.Id != entry)];
        return Task.FromResult(Refusal);
    }

    public Task EraseAsync(Viewer viewer, Guid entry)
    {
        Asked.Add($"erase {entry}");
        Entries = [.. Entries.Where(e => e.Id != entry)];
        return Task.CompletedTask;
    }

    public Task<string?> DeleteAccountAsync(Viewer viewer, string userId)
    {
        Asked.Add($"account {userId}");
        return Task.FromResult(Refusal);
    }
}
