namespace WebStudio.Components.Tests;

/// <summary>Ends what was subscribed to.</summary>
internal sealed class Subscription(Action end) : IDisposable
{
    public void Dispose() => end();
}
