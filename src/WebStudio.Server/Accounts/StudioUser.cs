using Microsoft.AspNetCore.Identity;

namespace WebStudio.Server.Accounts;

/// <summary>An account. Its user name is its e-mail address.</summary>
internal sealed class StudioUser : IdentityUser
{
    /// <summary>Name shown to others.</summary>
    public string DisplayName { get; set; } = "";

    public Guid StudioId { get; set; }

    public Studio? Studio { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}
