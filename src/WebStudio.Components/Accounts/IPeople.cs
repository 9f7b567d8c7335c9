using WebStudio.Components.Access;

namespace WebStudio.Components.Accounts;

/// <summary>An account as an admin sees it.</summary>
/// <param name="Id">The account.</param>
/// <param name="Name">Name shown to others.</param>
/// <param name="Email">Name at sign-in.</param>
/// <param name="Roles">Its roles.</param>
/// <param name="IsLocked">Cannot sign in.</param>
/// <param name="CreatedAt">When the person joined.</param>
public sealed record Person(string Id, string Name, string Email, IReadOnlyList<string> Roles, bool IsLocked, DateTimeOffset CreatedAt);

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

    /// <summary>Makes a link by which the person sets a new password.</summary>
    /// <returns>Path of the link, valid for a day.</returns>
    Task<string> ResetLinkAsync(Viewer viewer, string userId);
}
