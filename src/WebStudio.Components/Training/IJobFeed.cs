using WebStudio.Components.Access;

namespace WebStudio.Components.Training;

/// <summary>Something changed in a job.</summary>
/// <param name="JobId">The job.</param>
/// <param name="ModelId">The model it trains.</param>
/// <param name="ModelName">Its name.</param>
/// <param name="State">The state, by its name.</param>
/// <param name="Ended">True when the job came to an end just now.</param>
/// <param name="Message">In a sentence.</param>
public sealed record JobNotice(Guid JobId, Guid ModelId, string ModelName, string State, bool Ended, string Message);

/// <summary>Tells open pages of the jobs of whoever looks at them.</summary>
public interface IJobFeed
{
    /// <summary>Calls back on any thread, until disposed, at every change of a job of the user's own.</summary>
    IDisposable Subscribe(Viewer viewer, Action<JobNotice> changed);
}
