using TorchSharp;
using WebStudio.Server.Creations;
using WebStudio.Server.Jobs;

namespace WebStudio.Server.Tests.Jobs;

/// <summary>What a job's failure tells, asked with the errors that the native library really throws, and what it leaves of the queue.</summary>
public sealed class JobFailureTests
{
    [Fact]
    public void More_memory_than_there_is_asks_for_fewer_photos_or_smaller_pictures()
    {
        var error = Assert.ThrowsAny<Exception>(() => torch.empty(1L << 50)); // four petabytes
        Assert.Contains("not enough memory", JobFailure.Explain(error), StringComparison.Ordinal);
        Assert.Contains("fewer photos or a base with smaller pictures", JobFailure.Explain(error), StringComparison.Ordinal);
        Assert.Equal(JobFailure.Explain(error), JobFailure.Explain(new AggregateException(error)));
    }

    [Fact]
    public void Memory_that_was_seen_to_run_short_is_told_with_its_figures()
    {
        var error = new InsufficientMemoryException("0.1 GB were free, of about 0.3 GB that it takes.");
        Assert.Equal(error.Message, JobFailure.Explain(error));
        Assert.Equal(error.Message, CreationFailure.Explain(error));
    }

    [Fact]
    public void Only_a_loss_that_is_no_number_is_told_as_one()
    {
        Assert.Contains("loss is no number", JobFailure.Explain(new ArithmeticException("The loss became NaN at step 3")), StringComparison.Ordinal);
        Assert.DoesNotContain("loss", JobFailure.Explain(new DivideByZeroException()), StringComparison.Ordinal);
        Assert.DoesNotContain("loss", JobFailure.Explain(new OverflowException()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jobs_that_cannot_be_begun_fail_one_by_one_and_the_queue_goes_on()
    {
        await using var studio = await TrainingStudio.CreateAsync();
        var album = await studio.AddEmptyAlbumAsync(studio.Ada, consent: null);
        var now = DateTimeOffset.UtcNow;
        var first = await studio.AddJobAsync(studio.Ada, album, JobState.Queued, now.AddMinutes(-2));
        var second = await studio.AddJobAsync(studio.Ben, album, JobState.Queued, now.AddMinutes(-1));
        await studio.StartAsync();
        foreach (var job in new[] { first, second })
        {
            await studio.StateAsync(job.Id, JobState.Failed);
            Assert.False(string.IsNullOrWhiteSpace((await studio.JobAsync(job.Id))!.Error));
        }
    }
}
