using WebStudio.Components.Access;

namespace WebStudio.Components.Accounts;

/// <summary>An account as an admin sees it.</summary>
/// <param name="Id">The account.</param>
/// <param name="Name">Name shown to others.</param>
/// <param name="Email">Name at sign-in.</param>
/// <param name="Roles">Its roles.</param>
/// <param name="IsLocked">Cannot sign in.</param>
/// <param name="CreatedAt">When the person joined.</param>
/// <param name="Limits">What the account may use; null in it where the settings hold.</param>
public sealed record Person(string Id, string Name, string Email, IReadOnlyList<string> Roles, bool IsLocked, DateTimeOffset CreatedAt, PersonLimits Limits);

/// <summary>What one account may use of the server.</summary>
/// <param name="OpenJobs">Trainings and comparisons that wait, run or are paused, 1 to 10,000; null for what the settings say.</param>
/// <param name="DeviceMinutes">Minutes of the device within 24 hours, 0 to 1,440, 0 for no limit; null for what the settings say.</param>
/// <param name="Megabytes">Space in 10⁶ bytes, the bin included, 0 for no limit; null for what the settings say.</param>
public sealed record PersonLimits(int? OpenJobs, int? DeviceMinutes, int? Megabytes)
{
    /// <summary>The most open jobs that can be set.</summary>
    public const int MostOpenJobs = 10_000;

    /// <summary>Minutes of a day.</summary>
    public const int MostDeviceMinutes = 1440;

    /// <summary>Why these cannot be meant, as a sentence; null where they can.</summary>
    public string? Refusal =>
        OpenJobs is < 1 or > MostOpenJobs ? $"Open jobs go from 1 to {MostOpenJobs}; whoever is to train nothing can be locked."
        : DeviceMinutes is < 0 or > MostDeviceMinutes ? $"Minutes of the device within a day go from 0 (no limit) to {MostDeviceMinutes}."
        : Megabytes < 0 ? "Megabytes begin with 0 (no limit)."
        : null;
}

/// <summary>An invitation that nobody took up yet.</summary>
/// <param name="Id">The invitation.</param>
/// <param name="Note">Whom it is for.</param>
/// <param name="Roles">What the account may do.</param>
/// <param name="ExpiresAt">End of its validity.</param>
public sealed record OpenInvitation(Guid Id, string Note, IReadOnlyList<string> Roles, DateTimeOffset ExpiresAt);

/// <summary>What an admin does with accounts. Every method refuses whoever is no admin with <see cref="UnauthorizedAccessException"/>.</summary>
public interface IPeople
{
    /// <summary>All accounts, by name.</summary>
    Task<IReadOnlyList<Person>> ListAsync(Viewer viewer);

    /// <summary>Invitations that are open.</summary>
    Task<IReadOnlyList<OpenInvitation>> InvitationsAsync(Viewer viewer);

    /// <summary>Makes an invitation.</summary>
    /// <param name="viewer">Who invites; the person joins the same studio.</param>
    /// <param name="note">Whom it is for.</param>
    /// <param name="roles">Roles beside Member.</param>
    /// <param name="days">Validity, 1 to 90.</param>
    /// <returns>Path of the link on this server.</returns>
    Task<string> InviteAsync(Viewer viewer, string note, IReadOnlyCollection<string> roles, int days);

    /// <summary>Makes an open invitation void.</summary>
    Task RevokeAsync(Viewer viewer, Guid invitation);

    /// <summary>Sets roles; the last admin stays one.</summary>
    /// <returns>What speaks against it as a sentence; null when done.</returns>
    Task<string?> SetRolesAsync(Viewer viewer, string userId, IReadOnlyCollection<string> roles);

    /// <summary>Locks or unlocks an account; nobody locks themselves.</summary>
    /// <returns>What speaks against it as a sentence; null when done.</returns>
    Task<string?> SetLockedAsync(Viewer viewer, string userId, bool locked);

    /// <summary>What the settings say for accounts without limits of their own; nothing in it is null.</summary>
    PersonLimits StandardLimits { get; }

    /// <summary>Sets what an account may use; it holds from the next upload, job or piece of work on.</summary>
    /// <returns>What speaks against it as a sentence; null when done.</returns>
    Task<string?> SetLimitsAsync(Viewer viewer, string userId, PersonLimits limits);

    /// <summary>Bytes that each account takes up, the bin included, by account. Walks folders: not at once where there are many.</summary>
    Task<IReadOnlyDictionary<string, long>> SpaceAsync(Viewer viewer);

    /// <summary>Makes a link by which the person sets a new password.</summary>
    /// <returns>Path of the link, valid for a day.</returns>
    Task<string> ResetLinkAsync(Viewer viewer, string userId);
}
