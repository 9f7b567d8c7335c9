using System.Globalization;
using System.Net;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using WebStudio.Server.Api;

namespace WebStudio.Server.Access;

/// <summary>Slows down whoever asks too often: by address where nobody is signed in yet, by token or account elsewhere, so that one never takes from another.</summary>
internal static class RequestLimits
{
    private static readonly string[] Doors = ["/account/sign-in", "/account/code", "/account/passkey-request", "/join", "/reset", "/setup"];

    public static IServiceCollection AddRequestLimits(this IServiceCollection services) => services.AddRateLimiter(_ => { }).AddSingleton<IConfigureOptions<RateLimiterOptions>, Setup>();

    /// <summary>Reads the tokens of programmes before requests are counted: whose they are decides what they count for.</summary>
    public static WebApplication UseRequestLimits(this WebApplication app)
    {
        app.UseWhen(context => context.Request.Path.StartsWithSegments(ApiFeature.Root, StringComparison.OrdinalIgnoreCase), api => api.Use(async (context, next) =>
        {
            if (await context.AuthenticateAsync(TokenAuthentication.Name) is { Succeeded: true, Principal: var programme })
                context.User = programme;
            await next(context);
        }));
        app.UseRateLimiter();
        return app;
    }

    /// <summary>What a request counts as by the way it comes, and for whom; null where nothing is counted.</summary>
    private static (string Kind, string Whom)? Way(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path;
        if (Array.Exists(Doors, door => path.StartsWithSegments(door, StringComparison.OrdinalIgnoreCase)))
            // The pages themselves may be looked at; the address of a link is a guess already.
            return HttpMethods.IsPost(request.Method) || path.Value!.Count('/') > 1 && !path.StartsWithSegments("/account", StringComparison.OrdinalIgnoreCase) ? ("door", Network(context.Connection.RemoteIpAddress)) : null;
        if (path.StartsWithSegments(ApiFeature.Root, StringComparison.OrdinalIgnoreCase))
            // Who makes tokens up has no more of them than the address has requests.
            return ("api", context.User.FindFirstValue(TokenAuthentication.TokenClaim) ?? Network(context.Connection.RemoteIpAddress));
        return null;
    }

    /// <summary>What a request counts as by the work it makes, for the account it is done for, with a cookie or any of its tokens; null where nothing is counted.</summary>
    private static (string Kind, string Whom)? Work(HttpContext context)
    {
        if (context.User.FindFirstValue(ClaimTypes.NameIdentifier) is not { } user || context.GetEndpoint()?.Metadata is not { } marks)
            return null;
        return marks.GetMetadata<TakesPictures>() is not null ? ("upload", user) : marks.GetMetadata<MakesPictures>() is not null ? ("export", user) : null;
    }

    /// <summary>An IPv6 household has 2⁶⁴ addresses: they count as one.</summary>
    private static string Network(IPAddress? address)
    {
        if (address is null)
            return "?";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        return bytes.Length == 16 ? new IPAddress([.. bytes[..8], .. new byte[8]]).ToString() : address.ToString();
    }

    private sealed class Setup(IOptions<LimitOptions> limits) : IConfigureOptions<RateLimiterOptions>
    {
        public void Configure(RateLimiterOptions options)
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.GlobalLimiter = PartitionedRateLimiter.CreateChained(Counting(Way), Counting(Work));
            options.OnRejected = (rejected, cancel) => new(TellAsync(rejected, cancel));
        }

        private PartitionedRateLimiter<HttpContext> Counting(Func<HttpContext, (string Kind, string Whom)?> of) => PartitionedRateLimiter.Create<HttpContext, string>(context => of(context) is var (kind, whom) && Most(kind) is > 0 and var most
            ? RateLimitPartition.GetTokenBucketLimiter($"{kind} {whom}", _ => Bucket(most, kind == "upload" ? most / 4 : 0))
            : RateLimitPartition.GetNoLimiter(""));

        private int Most(string kind) => kind switch
        {
            "door" => limits.Value.SignInsPerMinute,
            "api" => limits.Value.ApiCallsPerMinute,
            "upload" => limits.Value.UploadsPerMinute,
            _ => limits.Value.ExportsPerMinute,
        };

        /// <summary>A minute's worth at once, then a steady flow of twelve portions a minute. Uploads wait for the next portion instead of being refused.</summary>
        private static TokenBucketRateLimiterOptions Bucket(int perMinute, int waiting) => new()
        {
            TokenLimit = perMinute,
            TokensPerPeriod = Math.Max(1, perMinute / 12),
            ReplenishmentPeriod = TimeSpan.FromSeconds(60d / Math.Min(12, perMinute)),
            QueueLimit = waiting,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        };

        private static async Task TellAsync(OnRejectedContext rejected, CancellationToken cancel)
        {
            var response = rejected.HttpContext.Response;
            var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)) : 5;
            response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
            var sentence = $"Too many requests. Wait {(wait == 1 ? "a second" : $"{wait} seconds")} and try again.";
            if (rejected.HttpContext.Request.IsForData())
                await TypedResults.Problem(sentence, statusCode: StatusCodes.Status429TooManyRequests).ExecuteAsync(rejected.HttpContext);
            else
                await response.WriteAsync(sentence, cancel);
        }
    }
}

/// <summary>Marks an address that takes a photo in.</summary>
internal sealed class TakesPictures;

/// <summary>Marks an address whose answer is rendered for the one who asks.</summary>
internal sealed class MakesPictures;
