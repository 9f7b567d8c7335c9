using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebStudio.Server.Data;

namespace WebStudio.Server.Jobs;

/// <summary>Seconds of the device by user within the last 24 hours, and who has had all they get.</summary>
/// <param name="Seconds">Used seconds by account.</param>
/// <param name="FreeAt">When those who are over their limit may go on.</param>
internal sealed record DeviceAccount(IReadOnlyDictionary<string, double> Seconds, IReadOnlyDictionary<string, DateTimeOffset> FreeAt);

/// <summary>Counts whose work holds the device, hour by hour, while it does: a server that is killed has counted all but the last moments.</summary>
internal sealed class DeviceMeter(IDbContextFactory<StudioDb> databases, IOptions<SharingOptions> options, TimeProvider time)
{
    /// <summary>How often a running work is counted.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private const int WindowHours = 24;

    /// <summary>Adds to what a user has used.</summary>
    public async Task CountAsync(string owner, double seconds)
    {
        var hour = HourOf(time.GetUtcNow());
        await using var db = await databases.CreateDbContextAsync();
        if (await db.DeviceUses.Where(u => u.OwnerId == owner && u.Hour == hour).ExecuteUpdateAsync(set => set.SetProperty(u => u.Seconds, u => u.Seconds + seconds)) > 0)
            return;
        db.DeviceUses.Add(new() { OwnerId = owner, Hour = hour, Seconds = seconds });
        try
        {
            await db.SaveChangesAsync();
        }
        catch (DbUpdateException)
        {
            // The user's training and their creation began the hour at the same moment.
            await db.DeviceUses.Where(u => u.OwnerId == owner && u.Hour == hour).ExecuteUpdateAsync(set => set.SetProperty(u => u.Seconds, u => u.Seconds + seconds));
        }
        await db.DeviceUses.Where(u => u.Hour < hour - 2 * WindowHours).ExecuteDeleteAsync();
    }

    /// <summary>What everybody has used.</summary>
    public async Task<DeviceAccount> ReadAsync(StudioDb db, CancellationToken cancel = default)
    {
        var since = HourOf(time.GetUtcNow()) - WindowHours;
        var rows = await db.DeviceUses.AsNoTracking().Where(u => u.Hour > since).OrderBy(u => u.Hour).ToListAsync(cancel);
        var owners = rows.Select(r => r.OwnerId).Distinct().ToList();
        var limits = await db.Users.Where(u => owners.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.MostDeviceMinutes ?? options.Value.DeviceMinutesPerDay, cancel);
        var free = new Dictionary<string, DateTimeOffset>();
        foreach (var own in rows.GroupBy(r => r.OwnerId))
            if (limits.GetValueOrDefault(own.Key) is > 0 and var minutes && FreeAt([.. own], 60.0 * minutes) is { } at)
                free[own.Key] = at;
        return new(rows.GroupBy(r => r.OwnerId).ToDictionary(g => g.Key, g => g.Sum(r => r.Seconds)), free);
    }

    /// <summary>Whether a user has had all they get within 24 hours.</summary>
    public async Task<bool> IsOverAsync(string owner)
    {
        await using var db = await databases.CreateDbContextAsync();
        return (await ReadAsync(db)).FreeAt.ContainsKey(owner);
    }

    /// <summary>When the hours that fall out of the window leave less than the limit; null where it is not reached.</summary>
    private static DateTimeOffset? FreeAt(DeviceUse[] hours, double limit)
    {
        var sum = hours.Sum(h => h.Seconds);
        DateTimeOffset? at = null;
        for (var i = 0; i < hours.Length && sum >= limit; i++)
        {
            sum -= hours[i].Seconds;
            at = DateTimeOffset.UnixEpoch.AddHours(hours[i].Hour + WindowHours);
        }
        return at;
    }

    private static int HourOf(DateTimeOffset moment) => (int)(moment - DateTimeOffset.UnixEpoch).TotalHours;
}
