using System.Runtime.InteropServices;

namespace WebStudio.Server.Verbs;

/// <summary>Ctrl-C and SIGTERM: the first asks for a stop between two steps, the second ends the process as if nobody listened.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Action _firstTime;

    /// <param name="firstTime">Called once, from another thread, when the first signal arrives.</param>
    public Interrupt(Action firstTime)
    {
        _firstTime = firstTime;
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal), PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal)];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext signal)
    {
        if (_source.IsCancellationRequested)
            return;
        signal.Cancel = true;
        _firstTime();
        _source.Cancel();
    }
}
