using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Execution;

/// <summary>
/// The one thread that touches the device. Work comes as slices of well under a second in two lanes: interactive ones (an edit) go before everything, background ones
/// (analysing a photo) go when no edit waits. Long work (a training) holds the thread too, but breathes between its own slices (<see cref="Breather"/>): then all waiting edits
/// and at most one background slice run. An edit therefore waits for one slice at most. TorchSharp's dispose scopes belong to a thread, so this also keeps memory flat.
/// </summary>
public sealed class GpuExecutor : IDisposable
{
    private readonly ConcurrentQueue<Action> _interactive = new(), _background = new(), _long = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private bool _disposed;

    /// <summary>Starts the thread.</summary>
    public GpuExecutor()
    {
        _thread = new Thread(Loop) { Name = "device", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Slices and long works that wait for the thread.</summary>
    public int Waiting => _interactive.Count + _background.Count + _long.Count;

    /// <summary>True on the executor's own thread.</summary>
    public bool IsCurrent => Thread.CurrentThread == _thread;

    /// <summary>Runs a slice before any other kind of work.</summary>
    /// <param name="slice">Must not block or await; runs in a dispose scope of its own, so that results are copied out or detached.</param>
    /// <param name="cancel">A slice that has not begun is dropped.</param>
    public Task<T> Interactive<T>(Func<T> slice, CancellationToken cancel = default) => Enqueue(_interactive, slice, cancel);

    /// <summary>Runs a slice when no interactive one waits; goes between the slices of a long work, one at a time.</summary>
    /// <param name="slice">As for <see cref="Interactive{T}"/>.</param>
    /// <param name="cancel">A slice that has not begun is dropped.</param>
    public Task<T> Background<T>(Func<T> slice, CancellationToken cancel = default) => Enqueue(_background, slice, cancel);

    /// <summary>Runs a long work; works follow each other in the order in which they were given.</summary>
    /// <param name="work">Calls the breather between its slices.</param>
    /// <param name="cancel">A work that has not begun is dropped; one that runs looks at its own token.</param>
    public Task<T> Long<T>(Func<Breather, T> work, CancellationToken cancel = default) => Enqueue(_long, () => work(new Breather(this)), cancel);

    /// <summary>Ends the thread after the slice it is in; what waits is cancelled. A long work is expected to have been stopped through its own token.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
        }
        _stop.Cancel();
        if (!IsCurrent)
            _thread.Join();
        while (_interactive.TryDequeue(out var waiting) || _background.TryDequeue(out waiting) || _long.TryDequeue(out waiting))
            waiting();
        _stop.Dispose();
        _work.Dispose();
    }

    /// <summary>Runs what may go between two slices of a long work.</summary>
    internal void Breathe()
    {
        if (!IsCurrent)
            throw new InvalidOperationException("Only the work that runs on the executor's thread can make room for others.");
        while (_interactive.TryDequeue(out var slice))
            slice();
        if (_background.TryDequeue(out var one))
            one();
    }

    private Task<T> Enqueue<T>(ConcurrentQueue<Action> lane, Func<T> work, CancellationToken cancel)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Run()
        {
            if (cancel.IsCancellationRequested || _stop.IsCancellationRequested)
            {
                done.TrySetCanceled(cancel.IsCancellationRequested ? cancel : _stop.Token);
                return;
            }
            try
            {
                using var scope = NewDisposeScope();
                done.TrySetResult(work());
            }
            catch (OperationCanceledException e)
            {
                done.TrySetCanceled(e.CancellationToken);
            }
#pragma warning disable CA1031 // whatever a slice throws belongs to whoever gave it; the thread serves the others on
            catch (Exception e)
#pragma warning restore CA1031
            {
                done.TrySetException(e);
            }
        }
        lock (_gate)
        {
            // Work given at the moment of disposal is refused or cancelled, never forgotten.
            ObjectDisposedException.ThrowIf(_disposed, this);
            lane.Enqueue(Run);
            _work.Release();
        }
        return done.Task;
    }

    private void Loop()
    {
        while (true)
        {
            try
            {
                _work.Wait(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            // One permit was given for each piece of work; a breath takes work without its permit, and then there is nothing left to take here.
            if (_interactive.TryDequeue(out var slice) || _background.TryDequeue(out slice) || _long.TryDequeue(out slice))
                slice();
        }
    }
}

/// <summary>Lets a long work make room for others between its own slices.</summary>
public readonly struct Breather
{
    private readonly GpuExecutor _executor;

    internal Breather(GpuExecutor executor) => _executor = executor;

    /// <summary>Runs all waiting interactive slices and at most one background slice.</summary>
    /// <exception cref="InvalidOperationException">Called on another thread than the executor's.</exception>
    public void Breathe() => _executor.Breathe();
}
