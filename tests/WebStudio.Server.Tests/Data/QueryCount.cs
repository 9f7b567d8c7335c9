using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace WebStudio.Server.Tests.Data;

/// <summary>Counts the SQL commands of a piece of work; what runs beside it is not counted.</summary>
internal static class QueryCount
{
    private static readonly AsyncLocal<Counter?> Current = new();
    private static readonly IDisposable Listening = DiagnosticListener.AllListeners.Subscribe(new Listeners());

    /// <summary>Does the work.</summary>
    /// <returns>How many commands it sent.</returns>
    public static async Task<int> OfAsync(Func<Task> work)
    {
        GC.KeepAlive(Listening);
        var box = Current.Value = new();
        try
        {
            await work();
        }
        finally
        {
            Current.Value = null;
        }
        return box.Count;
    }

    private sealed class Counter
    {
        public int Count;
    }

    private sealed class Listeners : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == DbLoggerCategory.Name)
                value.Subscribe(this, name => name == RelationalEventId.CommandExecuted.Name);
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Key == RelationalEventId.CommandExecuted.Name && Current.Value is { } box)
                Interlocked.Increment(ref box.Count);
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
