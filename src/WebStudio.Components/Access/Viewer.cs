using System.Security.Claims;

namespace WebStudio.Components.Access;

/// <summary>Who asks: what every query for somebody's things is given, so that no page can forget it.</summary>
/// <param name="UserId">The account.</param>
/// <param name="StudioId">The account's studio.</param>
/// <param name="IsSupervisor">May look at everything of the studio.</param>
/// <param name="IsAdmin">Runs the server: sees accounts, jobs and storage of all studios, but no picture that is not their own.</param>
public sealed record Viewer(string UserId, Guid StudioId, bool IsSupervisor, bool IsAdmin)
{
    /// <summary>Claim that carries the studio.</summary>
    public const string StudioClaim = "webstudio:studio";

    /// <summary>Claim that carries the name shown to others.</summary>
    public const string DisplayNameClaim = "webstudio:name";

    /// <summary>The signed-in user.</summary>
    /// <exception cref="UnauthorizedAccessException">Nobody is signed in, or the account belongs to no studio.</exception>
    public static Viewer Of(ClaimsPrincipal principal) =>
        principal.FindFirstValue(ClaimTypes.NameIdentifier) is { } id && Guid.TryParse(principal.FindFirstValue(StudioClaim), out var studio)
            ? new(id, studio, principal.IsInRole(StudioRoles.Supervisor), principal.IsInRole(StudioRoles.Admin))
            : throw new UnauthorizedAccessException("Sign in first.");
}

/// <summary>Roles of an account. Everybody is a member; the others are added to it.</summary>
public static class StudioRoles
{
    /// <summary>Makes albums, models and edits of one's own.</summary>
    public const string Member = "Member";

    /// <summary>Sees and reviews what the members of the same studio make.</summary>
    public const string Supervisor = "Supervisor";

    /// <summary>Invites people, sees the queue, imports base models.</summary>
    public const string Admin = "Admin";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Member, Supervisor, Admin];
}
