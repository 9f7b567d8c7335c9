using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Tests.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Execution;

/// <summary>Order is made certain by a work that holds the thread until everything it is to be compared with was given.</summary>
[Collection(AloneCollection.Name)]
public sealed class GpuExecutorTests : IDisposable
{
    private readonly GpuExecutor _executor = new();
    private readonly List<string> _order = []; // written on the device thread only

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _executor.Dispose();

    [Fact]
    public async Task Edits_go_before_analyses_and_these_before_trainings_each_in_the_order_given()
    {
        using var hold = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var first = _executor.Background(() =>
        {
            begun.Set();
            return Note("first", hold);
        }, Cancel);
        begun.Wait(Cancel);
        Task[] others =
        [
            _executor.Long(_ => Note("training 1"), Cancel), _executor.Long(_ => Note("training 2"), Cancel),
            _executor.Background(() => Note("photo 1"), Cancel), _executor.Background(() => Note("photo 2"), Cancel),
            _executor.Interactive(() => Note("edit 1"), Cancel), _executor.Interactive(() => Note("edit 2"), Cancel),
        ];
        hold.Set();
        await Task.WhenAll([first, .. others]);

        Assert.Equal(["first", "edit 1", "edit 2", "photo 1", "photo 2", "training 1", "training 2"], _order);
    }

    [Fact]
    public async Task A_short_work_runs_within_a_training_and_breathes_for_edits_but_not_for_another_short_one()
    {
        using var given = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        Task? edit = null, second = null;
        var training = _executor.Long(breather =>
        {
            Note("step 1");
            begun.Set();
            given.Wait(Cancel);
            breather.Breathe();
            Note("step 2");
            breather.Breathe();
            return Note("step 3");
        }, Cancel);
        begun.Wait(Cancel);
        var first = _executor.Short(breather =>
        {
            Note("short 1 begins");
            second = _executor.Short(_ => Note("short 2"), Cancel);
            edit = _executor.Interactive(() => Note("edit"), Cancel);
            breather.Breathe();
            return Note("short 1 ends");
        }, Cancel);
        given.Set();
        await Task.WhenAll(training, first);
        await Task.WhenAll(edit!, second!);

        Assert.Equal(["step 1", "short 1 begins", "edit", "short 1 ends", "step 2", "short 2", "step 3"], _order);
    }

    [Fact]
    public async Task A_breath_of_a_training_takes_every_edit_and_one_photo()
    {
        using var given = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var training = _executor.Long(breather =>
        {
            begun.Set();
            given.Wait(Cancel);
            for (var step = 1; step <= 3; step++)
            {
                Note($"step {step}");
                breather.Breathe();
            }
            return 0;
        }, Cancel);
        begun.Wait(Cancel);
        Task[] others =
        [
            _executor.Background(() => Note("photo 1"), Cancel), _executor.Background(() => Note("photo 2"), Cancel),
            _executor.Interactive(() => Note("edit 1"), Cancel), _executor.Interactive(() => Note("edit 2"), Cancel),
        ];
        given.Set();
        await Task.WhenAll([training, .. others]);

        // Whoever edits waits for the step under way, and for no other.
        Assert.Equal(["step 1", "edit 1", "edit 2", "photo 1", "step 2", "photo 2", "step 3"], _order);
    }

    [Fact]
    public async Task Everybody_who_waits_gets_a_picture_before_a_training_goes_on_however_long_it_takes()
    {
        using var executor = new GpuExecutor(TimeSpan.Zero, TimeSpan.Zero); // the first edit uses up all patience with a row of edits
        using var given = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var training = executor.Long(breather =>
        {
            begun.Set();
            given.Wait(Cancel);
            Note("step 1");
            breather.Breathe();
            return Note("step 2");
        }, Cancel);
        begun.Wait(Cancel);
        var edits = Enumerable.Range(1, 5).Select(n => executor.Interactive(() => Note($"edit {n}"), Cancel)).ToList();
        given.Set();
        await Task.WhenAll([training, .. edits]);
        Assert.Equal(["step 1", "edit 1", "edit 2", "edit 3", "edit 4", "edit 5", "step 2"], _order);
    }

    [Fact]
    public async Task An_edit_asked_for_while_a_photo_is_looked_at_does_not_wait_for_the_trainings_next_step()
    {
        using var given = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        Task? edit = null;
        var training = _executor.Long(breather =>
        {
            begun.Set();
            given.Wait(Cancel);
            Note("step 1");
            breather.Breathe();
            return Note("step 2");
        }, Cancel);
        begun.Wait(Cancel);
        var photo = _executor.Background(() =>
        {
            edit = _executor.Interactive(() => Note("edit"), Cancel);
            return Note("photo");
        }, Cancel);
        given.Set();
        await Task.WhenAll(training, photo);
        await edit!;
        Assert.Equal(["step 1", "photo", "edit", "step 2"], _order);
    }

    [Fact]
    public async Task A_training_waits_for_the_edit_that_follows_an_edit()
    {
        using var executor = new GpuExecutor(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1));
        using var given = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var training = executor.Long(breather =>
        {
            begun.Set();
            given.Wait(Cancel);
            Note("step 1");
            breather.Breathe();
            return Note("step 2");
        }, Cancel);
        begun.Wait(Cancel);
        var first = executor.Interactive(() => Note("edit 1"), Cancel);
        given.Set();
        await first;
        await executor.Interactive(() => Note("edit 2"), Cancel);
        await training;
        Assert.Equal(["step 1", "edit 1", "edit 2", "step 2"], _order);
    }

    [Fact]
    public async Task A_training_goes_on_while_edits_never_end()
    {
        using var executor = new GpuExecutor(TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(20));
        var training = executor.Long(breather =>
        {
            for (var step = 0; step < 5; step++)
                breather.Breathe();
            return 0;
        }, Cancel);
        while (!training.IsCompleted)
            await executor.Interactive(() => 0, Cancel);
        await training;
    }

    [Fact]
    public async Task What_has_not_begun_can_be_withdrawn()
    {
        using var hold = new ManualResetEventSlim();
        using var withdraw = new CancellationTokenSource();
        var first = _executor.Background(() => Note("first", hold), Cancel);
        var withdrawn = _executor.Interactive(() => Note("withdrawn"), withdraw.Token);
        await withdraw.CancelAsync();
        hold.Set();
        await first;

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => withdrawn);
        Assert.Equal(withdraw.Token, error.CancellationToken);
        Assert.Equal(["first"], _order);
    }

    [Fact]
    public async Task An_error_reaches_whoever_gave_the_work_and_the_thread_serves_on()
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => _executor.Interactive<int>(() => throw new InvalidInputException("no such photo"), Cancel));
        Assert.Equal("no such photo", error.Message);
        var inside = _executor.Long(breather =>
        {
            var failing = _executor.Interactive<int>(() => throw new InvalidInputException("in a breath"), Cancel);
            breather.Breathe();
            return failing;
        }, Cancel);
        await Assert.ThrowsAsync<InvalidInputException>(async () => await await inside);
        Assert.Equal(7, await _executor.Interactive(() => 7, Cancel));
    }

    [Fact]
    public async Task Disposed_it_cancels_what_waits_and_refuses_more()
    {
        using var hold = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var training = _executor.Long(_ =>
        {
            begun.Set();
            return Note("training", hold);
        }, Cancel);
        begun.Wait(Cancel);
        var waiting = _executor.Long(_ => Note("never"), Cancel);
        var disposal = Task.Run(_executor.Dispose, Cancel);
        while (Accepts())
            await Task.Yield(); // until the disposal has begun
        hold.Set();
        await disposal;

        await training;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(["training"], _order);

        bool Accepts()
        {
            try
            {
                _ = _executor.Background(() => Note("never"), Cancel);
                return true;
            }
            catch (ObjectDisposedException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task Breathing_elsewhere_than_on_the_thread_is_refused()
    {
        var breather = await _executor.Long(b => b, Cancel);
        Assert.Throws<InvalidOperationException>(breather.Breathe);
    }

    [Fact]
    public async Task Slices_leave_no_tensors_and_what_one_keeps_outlives_the_training_it_breathed_in()
    {
        Tensor? kept = null;
        var live = await _executor.Interactive(() => Tensor.TotalCount, Cancel);
        await _executor.Long(breather =>
        {
            for (var step = 0; step < 20; step++)
            {
                var edit = _executor.Interactive(() =>
                {
                    var picture = ones(4) + ones(4);
                    if (step == 3)
                        kept = picture.DetachFromDisposeScope();
                    return 0;
                }, Cancel);
                _ = ones(8) * 2;
                breather.Breathe();
            }
            return 0;
        }, Cancel);

        Assert.Equal(live + 1, await _executor.Interactive(() => Tensor.TotalCount, Cancel));
        Assert.Equal(8, await _executor.Interactive(() => kept!.sum().item<float>(), Cancel));
        await _executor.Interactive(() =>
        {
            kept!.Dispose();
            return 0;
        }, Cancel);
        Assert.Equal(live, await _executor.Interactive(() => Tensor.TotalCount, Cancel));
    }

    private int Note(string name, ManualResetEventSlim? hold = null)
    {
        hold?.Wait(Cancel);
        _order.Add(name);
        return _order.Count;
    }
}
