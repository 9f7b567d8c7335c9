using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using WebStudio.Server.Execution;

namespace WebStudio.Server.Tests.Jobs;

public sealed class NativeFailureTests
{
    [Theory]
    [InlineData("false INTERNAL ASSERT FAILED at \"/pytorch/c10/core/Scalar.h\":279", 1, true)]
    [InlineData("false INTERNAL ASSERT FAILED at \"/pytorch/c10/core/Scalar.h\":279", 2, false)] // it is no accident then
    [InlineData("CUDA out of memory", 1, false)]
    public async Task What_the_native_library_spoilt_is_done_once_more(string says, int failures, bool succeeds)
    {
        var tries = 0;
        var work = NativeFailure.OnceMoreAsync(NullLogger.Instance, "A test", () => ++tries <= failures ? Task.FromException<int>(new ExternalException(says)) : Task.FromResult(7));
        if (succeeds)
            Assert.Equal(7, await work);
        else
            Assert.Equal(says, (await Assert.ThrowsAsync<ExternalException>(() => work)).Message);
    }
}
