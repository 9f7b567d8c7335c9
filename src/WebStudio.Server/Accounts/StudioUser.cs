using Microsoft.AspNetCore.Identity;

namespace WebStudio.Server.Accounts;

/// <summary>An account. Its user name is its e-mail address.</summary>
internal sealed class StudioUser : IdentityUser
{
    /// <summary>
    /// LockoutEnd of an account that an admin locked. Six wrong passwords set one as well, ten minutes on: that keeps guesses out and ends nothing that is open, or whoever knows an address could end it.
    /// </summary>
    public static readonly DateTimeOffset LockedByAdmin = DateTimeOffset.MaxValue;

    /// <summary>Name shown to others.</summary>
    public string DisplayName { get; set; } = "";

    public Guid StudioId { get; set; }

    public Studio? Studio { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it went to the bin; null while it is in use.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>Jobs that may wait or run at a time; null for what the settings say.</summary>
    public int? MostOpenJobs { get; set; }

    /// <summary>Minutes of the device within a day; null for what the settings say.</summary>
    public int? MostDeviceMinutes { get; set; }

    /// <summary>Megabytes (10⁶ bytes) that everything of the account may take; 0 for no limit, null for what the settings say.</summary>
    public int? MostMegabytes { get; set; }
}
