namespace WebStudio.Server.Verbs;

/// <summary>Progress handed on at once and on the same thread; .NET's own would post it to the pool, where it may arrive after the result.</summary>
internal sealed class DirectProgress<T>(Action<T> show) : IProgress<T>
{
    public void Report(T value) => show(value);
}
