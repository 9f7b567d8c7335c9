using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebStudio.Components.Access;
using WebStudio.Components.Accounts;
using WebStudio.Server.Accounts.Sessions;
using WebStudio.Server.Audit;
using WebStudio.Server.Data;
using WebStudio.Server.Jobs;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Accounts;

/// <summary>What an admin does with accounts.</summary>
internal sealed class People(
    IDbContextFactory<StudioDb> databases,
    IServiceScopeFactory scopes,
    Links links,
    SessionRegistry sessions,
    StorageMeter meter,
    AuditLog audit,
    IOptions<SharingOptions> sharing,
    IOptions<StorageOptions> storage,
    TimeProvider time) : IPeople
{
    public PersonLimits StandardLimits => new(sharing.Value.MostOpenJobs, sharing.Value.DeviceMinutesPerDay, storage.Value.UserMegabytes);

    public async Task<IReadOnlyList<Person>> ListAsync(Viewer viewer)
    {
        Require(viewer);
        await using var db = await databases.CreateDbContextAsync();
        var roles = (await db.UserRoles.Join(db.Roles, r => r.RoleId, r => r.Id, (user, role) => new { user.UserId, role.Name }).ToListAsync()).ToLookup(r => r.UserId, r => r.Name!);
        var now = time.GetUtcNow();
        return [.. (await db.Users.AsNoTracking().OrderBy(u => u.DisplayName).ToListAsync()).Select(u => new Person(u.Id, u.DisplayName, u.Email!, [.. roles[u.Id].Order()], u.LockoutEnd > now, u.CreatedAt, new(u.MostOpenJobs, u.MostDeviceMinutes, u.MostMegabytes)))];
    }

    public async Task<IReadOnlyList<OpenInvitation>> InvitationsAsync(Viewer viewer)
    {
        Require(viewer);
        await using var db = await databases.CreateDbContextAsync();
        var now = time.GetUtcNow();
        var open = await db.Invitations.AsNoTracking().Where(i => i.AcceptedById == null && i.ResetsUserId == null && i.ExpiresAt > now).OrderBy(i => i.CreatedAt).ToListAsync();
        return [.. open.Select(i => new OpenInvitation(i.Id, i.Note, i.Roles.Split(','), i.ExpiresAt))];
    }

    public async Task<string> InviteAsync(Viewer viewer, string note, IReadOnlyCollection<string> roles, int days)
    {
        Require(viewer);
        var secret = await links.CreateAsync(
            new Invitation { StudioId = viewer.StudioId, InvitedById = viewer.UserId, Note = note.Trim(), Roles = string.Join(',', roles.Intersect(StudioRoles.All).Append(StudioRoles.Member).Distinct()) },
            TimeSpan.FromDays(Math.Clamp(days, 1, 90)));
        return $"/join/{secret}";
    }

    public async Task RevokeAsync(Viewer viewer, Guid invitation)
    {
        Require(viewer);
        await using var db = await databases.CreateDbContextAsync();
        await db.Invitations.Where(i => i.Id == invitation && i.AcceptedById == null).ExecuteDeleteAsync();
    }

    public Task<string?> SetRolesAsync(Viewer viewer, string userId, IReadOnlyCollection<string> roles) => With(viewer, userId, async (users, user) =>
    {
        var wanted = roles.Intersect(StudioRoles.All).Append(StudioRoles.Member).Distinct().ToList();
        if (!wanted.Contains(StudioRoles.Admin) && await users.IsInRoleAsync(user, StudioRoles.Admin) && !await AnotherAdmin(users, user))
            return $"{user.DisplayName} is the only admin: make somebody else one first.";
        var present = await users.GetRolesAsync(user);
        await users.RemoveFromRolesAsync(user, present.Except(wanted));
        await users.AddToRolesAsync(user, wanted.Except(present));
        await EndSessionsAsync(users, user); // they hold the old roles
        return null;
    });

    public Task<string?> SetLockedAsync(Viewer viewer, string userId, bool locked) => With(viewer, userId, async (users, user) =>
    {
        if (locked && userId == viewer.UserId)
            return "You cannot lock yourself out.";
        await users.SetLockoutEnabledAsync(user, true);
        await users.SetLockoutEndDateAsync(user, locked ? StudioUser.LockedByAdmin : null);
        await EndSessionsAsync(users, user);
        return null;
    });

    public async Task<string?> SetLimitsAsync(Viewer viewer, string userId, PersonLimits limits)
    {
        Require(viewer);
        if (limits.Refusal is { } refusal)
            return refusal;
        await using var db = await databases.CreateDbContextAsync();
        if (await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(set => set.SetProperty(u => u.MostOpenJobs, limits.OpenJobs).SetProperty(u => u.MostDeviceMinutes, limits.DeviceMinutes).SetProperty(u => u.MostMegabytes, limits.Megabytes)) == 0)
            return Gone;
        await audit.WriteAsync(viewer, AuditActions.SettingChanged, "account", Guid.TryParse(userId, out var id) ? id : Guid.Empty, $"limits: {Say(limits.OpenJobs)} jobs, {Say(limits.DeviceMinutes)} minutes, {Say(limits.Megabytes)} MB");
        return null;

        static string Say(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "standard";
    }

    public async Task<IReadOnlyDictionary<string, long>> SpaceAsync(Viewer viewer)
    {
        Require(viewer);
        await using var db = await databases.CreateDbContextAsync();
        var ids = await db.Users.Select(u => u.Id).ToListAsync();
        return await Task.Run(() => ids.ToDictionary(id => id, meter.Estimate));
    }

    public async Task<string> ResetLinkAsync(Viewer viewer, string userId)
    {
        Require(viewer);
        await using (var db = await databases.CreateDbContextAsync())
            await db.Invitations.Where(i => i.ResetsUserId == userId && i.AcceptedById == null).ExecuteDeleteAsync(); // the newest link is the one that works
        var secret = await links.CreateAsync(new Invitation { StudioId = viewer.StudioId, InvitedById = viewer.UserId, ResetsUserId = userId, Roles = StudioRoles.Member }, TimeSpan.FromDays(1));
        return $"/reset/{secret}";
    }

    /// <summary>Cookies, open pages and hub connections of an account end now, not at their next check.</summary>
    private async Task EndSessionsAsync(UserManager<StudioUser> users, StudioUser user)
    {
        await users.UpdateSecurityStampAsync(user);
        await sessions.EndAllAsync(user.Id);
    }

    private async Task<string?> With(Viewer viewer, string userId, Func<UserManager<StudioUser>, StudioUser, Task<string?>> change)
    {
        Require(viewer);
        await using var scope = scopes.CreateAsyncScope(); // a circuit lives for hours, a context must not
        var users = scope.ServiceProvider.GetRequiredService<UserManager<StudioUser>>();
        return await users.FindByIdAsync(userId) is { } user ? await change(users, user) : Gone;
    }

    /// <summary>Whether somebody else can run the server: an admin who is locked cannot.</summary>
    private async Task<bool> AnotherAdmin(UserManager<StudioUser> users, StudioUser user) =>
        (await users.GetUsersInRoleAsync(StudioRoles.Admin)).Any(admin => admin.Id != user.Id && !(admin.LockoutEnd > time.GetUtcNow()));

    private const string Gone = "This account does not exist any more.";

    private static void Require(Viewer viewer)
    {
        if (!viewer.IsAdmin)
            throw new UnauthorizedAccessException("Only admins manage accounts.");
    }
}
