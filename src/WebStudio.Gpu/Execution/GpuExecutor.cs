using System.Collections.Concurrent;
using System.Diagnostics;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Execution;

/// <summary>
/// The one thread that touches the device. Work comes as slices of well under a second in two lanes: interactive ones (an edit) go before everything, background ones
/// (analysing a photo) go when no edit waits. Long work (a training) holds the thread too, but breathes between its own slices (<see cref="Breather"/>): then all waiting edits
/// and at most one background slice run, and a short work that somebody waits for (opening a photo, a minute at most) runs to its end, breathing for edits in its turn. An edit therefore waits for one slice at most. While somebody drags a slider, the next edit comes a moment after the last was answered: other work
/// waits for it, though not for ever. TorchSharp's dispose scopes belong to a thread, so this also keeps memory flat.
/// </summary>
public sealed class GpuExecutor : IDisposable
{
    // A browser asks again as soon as it has a picture: on a busy machine within some 50 ms. Of a second of dragging, training keeps about a third.
    private static readonly TimeSpan DefaultCourtesy = TimeSpan.FromMilliseconds(80), DefaultLongestCourtesy = TimeSpan.FromMilliseconds(600);

    // How long after an edit the machine is still somebody's to work at.
    private static readonly TimeSpan InUse = TimeSpan.FromSeconds(2);

    private readonly ConcurrentQueue<Action> _interactive = new(), _background = new(), _short = new(), _long = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private readonly AutoResetEvent _edited = new(false);
    private readonly Lock _gate = new();
    private readonly TimeSpan _courtesy, _longestCourtesy;
    private long _lastEdit;
    private int _allThreads, _threads;
    private bool _disposed, _inShort;

    /// <summary>Starts the thread.</summary>
    public GpuExecutor()
        : this(DefaultCourtesy, DefaultLongestCourtesy)
    {
    }

    /// <summary>Starts the thread.</summary>
    /// <param name="courtesy">How long other work waits after an edit for the next one.</param>
    /// <param name="longestCourtesy">How long it waits for a row of edits.</param>
    internal GpuExecutor(TimeSpan courtesy, TimeSpan longestCourtesy)
    {
        (_courtesy, _longestCourtesy) = (courtesy, longestCourtesy);
        _thread = new Thread(Loop) { Name = "device", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Slices and long works that wait for the thread.</summary>
    public int Waiting => _interactive.Count + _background.Count + _short.Count + _long.Count;

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

    /// <summary>Runs a short work, between the slices of a long one too; short works follow each other in the order in which they were given.</summary>
    /// <param name="work">Calls the breather between its slices; for a minute or two, since a training stands meanwhile.</param>
    /// <param name="cancel">A work that has not begun is dropped; one that runs looks at its own token.</param>
    public Task<T> Short<T>(Func<Breather, T> work, CancellationToken cancel = default) => Enqueue(_short, () => work(new Breather(this)), cancel);

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
        _edited.Set(); // nobody waits for a next edit any more
        if (!IsCurrent)
            _thread.Join();
        while (_interactive.TryDequeue(out var waiting) || _background.TryDequeue(out waiting) || _short.TryDequeue(out waiting) || _long.TryDequeue(out waiting))
            waiting();
        _stop.Dispose();
        _work.Dispose();
        _edited.Dispose();
    }

    /// <summary>Runs what may go between two slices of a long work.</summary>
    internal void Breathe()
    {
        if (!IsCurrent)
            throw new InvalidOperationException("Only the work that runs on the executor's thread can make room for others.");
        ServeEdits();
        ShareCores();
        if (_background.TryDequeue(out var one))
        {
            one();
            ServeRound(); // whoever asked meanwhile waits for this slice, and not for the long work's next one too
        }
        RunShort();
    }

    /// <summary>Runs the next short work, unless one is under way and only breathes.</summary>
    /// <returns>False when there was none to run.</returns>
    private bool RunShort()
    {
        if (_inShort || !_short.TryDequeue(out var work))
            return false;
        _inShort = true;
        try
        {
            work();
        }
        finally
        {
            _inShort = false;
        }
        return true;
    }

    /// <summary>
    /// While somebody edits, one core is left to all that brings their pictures (the server's own threads, on a laptop the browser): where every core computes, a parallel loop waits for whichever of
    /// its threads was put aside, and everything takes several times as long.
    /// </summary>
    private void ShareCores()
    {
        if (_lastEdit == 0)
            return;
        if (_allThreads == 0)
        {
            TorchNative.EnsureLoaded();
            _allThreads = _threads = get_num_threads();
        }
        var wanted = Stopwatch.GetElapsedTime(_lastEdit) < InUse ? Math.Max(1, _allThreads - 1) : _allThreads;
        if (wanted == _threads)
            return;
        set_num_threads(wanted);
        _threads = wanted;
    }

    /// <summary>Runs waiting edits, and those that follow them closely.</summary>
    private void ServeEdits()
    {
        var began = Stopwatch.GetTimestamp();
        ServeRound();
        while (!_stop.IsCancellationRequested)
        {
            while (Stopwatch.GetElapsedTime(began) <= _longestCourtesy && _interactive.TryDequeue(out var edit))
                Serve(edit);
            if (_lastEdit == 0 || Stopwatch.GetElapsedTime(began) > _longestCourtesy || _courtesy - Stopwatch.GetElapsedTime(_lastEdit) is not { Ticks: > 0 } rest)
                return;
            _edited.WaitOne(rest);
        }
    }

    /// <summary>Runs the edits that wait now, however long that takes: where many edit at the same time, each of them gets a picture before other work goes on.</summary>
    private void ServeRound()
    {
        for (var left = _interactive.Count; left > 0 && !_stop.IsCancellationRequested && _interactive.TryDequeue(out var edit); left--)
            Serve(edit);
    }

    private void Serve(Action edit)
    {
        _lastEdit = Stopwatch.GetTimestamp();
        ShareCores();
        edit();
        _lastEdit = Stopwatch.GetTimestamp();
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
            if (lane == _interactive)
                _edited.Set();
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
            ServeEdits();
            ShareCores();
            // One permit was given for each piece of work; edits and what a breath runs are taken without theirs, and then there is nothing left to take here.
            if (_background.TryDequeue(out var slice))
                slice();
            else if (!RunShort() && _long.TryDequeue(out slice))
                slice();
        }
    }
}

/// <summary>Lets a long work make room for others between its own slices.</summary>
public readonly struct Breather
{
    private readonly GpuExecutor _executor;

    internal Breather(GpuExecutor executor) => _executor = executor;

    /// <summary>Runs all waiting interactive slices, at most one background slice and, from a long work, the next short work.</summary>
    /// <exception cref="InvalidOperationException">Called on another thread than the executor's.</exception>
    public void Breathe() => _executor.Breathe();
}
