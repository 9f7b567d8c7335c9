using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebStudio.Server.Data;

namespace WebStudio.Server.Storage;

/// <summary>Whether there is room: on the disk, and within what a user is allowed.</summary>
internal sealed class StorageQuota(StorageMeter meter, IOptions<StorageOptions> options)
{
    private const long Megabyte = 1_000_000;

    /// <summary>Why nothing more can be taken in; null where it can, and then <paramref name="bytes"/> count as used.</summary>
    /// <param name="db">The database.</param>
    /// <param name="owner">Account.</param>
    /// <param name="bytes">How much is about to be written; 0 where that is not known.</param>
    /// <param name="cancel">Breaks off.</param>
    public async Task<string?> RefusalAsync(StudioDb db, string owner, long bytes, CancellationToken cancel = default)
    {
        var (free, kept) = (meter.Free(), options.Value.FreeMegabytes * Megabyte);
        if (free - bytes < kept)
            return $"The disk of the server is nearly full: {Text(free)} are left, and {Text(kept)} are kept free. Whoever runs the server has to make room; nothing of yours is lost.";
        var allowed = await AllowedAsync(db, owner, cancel);
        if (allowed > 0 && IsOver(meter.Estimate(owner), bytes, allowed) && IsOver(await Task.Run(() => meter.Measure(owner), cancel), bytes, allowed)) // what was erased meanwhile counts no more
            return $"Your albums, models and pictures take up {Text(meter.Estimate(owner))} of the {Text(allowed)} that you are allowed{(bytes > 0 ? $", and this needs {Text(bytes)}" : "")}. Delete what you no longer need and erase it from the bin, or ask an admin for more.";
        meter.Add(owner, bytes);
        return null;
    }

    /// <summary>The most that an account may take up in bytes; 0 without a limit.</summary>
    public async Task<long> AllowedAsync(StudioDb db, string owner, CancellationToken cancel = default) =>
        (await db.Users.Where(u => u.Id == owner).Select(u => u.MostMegabytes).FirstOrDefaultAsync(cancel) ?? options.Value.UserMegabytes) * Megabyte;

    private static bool IsOver(long used, long bytes, long allowed) => bytes > 0 ? used + bytes > allowed : used >= allowed;

    private static string Text(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / Megabyte:#,0.#} MB");
}
