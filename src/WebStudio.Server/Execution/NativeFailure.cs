using System.Runtime.InteropServices;

namespace WebStudio.Server.Execution;

/// <summary>
/// Failures of the native library that are nobody's fault: TorchSharp 0.107 hands numbers over without holding on to them, and on a busy machine the garbage collector now and then frees one at that very moment
/// ("INTERNAL ASSERT FAILED at Scalar.h"). What is done again goes well.
/// </summary>
internal static class NativeFailure
{
    /// <summary>Does a piece of work, and once more where the native library failed; not where memory ran out, which the second time would do as well.</summary>
    /// <param name="log">Is told of the first failure.</param>
    /// <param name="what">What is done, with its identifier.</param>
    /// <param name="work">May be done again from its beginning, or goes on by itself from where it stood.</param>
    public static async Task<T> OnceMoreAsync<T>(ILogger log, string what, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (ExternalException e) when (!e.Message.Contains("memory", StringComparison.OrdinalIgnoreCase))
        {
            log.LogWarning(e, "{What} is done once more: the native library failed", what);
            return await work();
        }
    }
}
