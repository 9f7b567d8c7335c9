using System.Threading.RateLimiting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace WebStudio.Server.Access;

/// <summary>Ends a hub connection that sends more messages than a hand on a slider can: the device is everybody's.</summary>
internal sealed class HubLimits(IOptions<LimitOptions> limits) : IHubFilter
{
    private const int BurstSeconds = 2;

    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        var perSecond = limits.Value.EditorMessagesPerSecond;
        if (perSecond > 0)
            context.Context.Items[typeof(HubLimits)] = new TokenBucketRateLimiter(new() { TokenLimit = perSecond * BurstSeconds, TokensPerPeriod = perSecond, ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0 });
        await next(context);
    }

    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        if (invocationContext.Context.Items[typeof(HubLimits)] is TokenBucketRateLimiter limiter)
        {
            using var lease = limiter.AttemptAcquire();
            if (!lease.IsAcquired)
            {
                invocationContext.Context.Abort();
                return null; // nobody is there to be told; an error for each of thousands would fill the log
            }
        }
        return await next(invocationContext);
    }

    public async Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next)
    {
        (context.Context.Items[typeof(HubLimits)] as IDisposable)?.Dispose();
        await next(context, exception);
    }
}
