namespace WebStudio.Server.Jobs;

/// <summary>Whose turn it is: what a supervisor put first, then the user who has used the device least in the last day, then the oldest.</summary>
internal static class FairShare
{
    /// <summary>Queued jobs in the order of their turn; those whose owner has had all they get for the day come last.</summary>
    public static IEnumerable<Job> Order(IEnumerable<Job> queued, DeviceAccount used) => queued
        .GroupBy(job => (Over: used.FreeAt.ContainsKey(job.OwnerId), job.Priority))
        .OrderBy(group => group.Key.Over).ThenByDescending(group => group.Key.Priority)
        .SelectMany(group => Order(group, used.Seconds, job => job.OwnerId, job => job.CreatedAt));

    /// <summary>What waits in the order of its turn; a user's second counts after the first of everybody who has used as much.</summary>
    public static IEnumerable<T> Order<T>(IEnumerable<T> queued, IReadOnlyDictionary<string, double> used, Func<T, string> owner, Func<T, DateTimeOffset> created) => queued
        .GroupBy(owner)
        .SelectMany(own => own.OrderBy(created).Select((one, i) => (One: one, Nth: i, Used: used.GetValueOrDefault(own.Key))))
        .OrderBy(e => e.Nth).ThenBy(e => e.Used).ThenBy(e => created(e.One)).Select(e => e.One);
}
