using System.Diagnostics;

namespace WebStudio.Gpu.Personalization;

/// <summary>
/// Keeps a run's state on disk while it trains: after every pass as long as that takes a small share of the time, else after the interval. So a crash costs no finished pass where passes are long,
/// and never more than the interval.
/// </summary>
internal sealed class CheckpointKeeper(string path, string identifier, TimeSpan interval, int stepsPerPass, PersonalizerState start)
{
    // A pass is kept when that takes at most a twentieth of the time since the last one.
    private const int Share = 20;

    private readonly Stopwatch _since = Stopwatch.StartNew();
    private TimeSpan _takes;

    /// <summary>Passes whose outcome is on disk.</summary>
    public int Passes { get; private set; } = start.Step / stepsPerPass;

    /// <summary>Saves a state between two steps if it is time.</summary>
    public void SaveIfDue(PersonalizerState state)
    {
        if (_since.Elapsed >= interval || (state.Step % stepsPerPass == 0 && _since.Elapsed >= Share * _takes))
            Save(state);
    }

    /// <summary>Saves it now.</summary>
    /// <exception cref="Checkpoints.FileNotWrittenException">The disk is full, or the place cannot be written.</exception>
    public void Save(PersonalizerState state)
    {
        var clock = Stopwatch.StartNew();
        state.Save(path, identifier);
        (_takes, Passes) = (clock.Elapsed, state.Step / stepsPerPass);
        _since.Restart();
    }
}
