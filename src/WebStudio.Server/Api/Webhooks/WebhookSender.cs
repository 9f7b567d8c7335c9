using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebStudio.Server.Data;

namespace WebStudio.Server.Api.Webhooks;

/// <summary>
/// Delivers what <see cref="WebhookOutbox"/> wrote, at least once: a message goes when its receiver answered 2xx, and is tried for about a day, ever more seldom. Every webhook is served by itself, so that nobody waits for
/// another's receiver, and one that is not reached with one message is not asked for with those behind it. Messages are signed:
/// <c>X-WebStudio-Signature: t=SECONDS,v1=HEX</c> with HMAC-SHA-256 of "SECONDS.BODY" under the webhook's secret.
/// </summary>
internal sealed class WebhookSender : BackgroundService
{
    private const int MostTries = 12, AtOnce = 16, Looked = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10), Look = TimeSpan.FromSeconds(30), FirstWait = TimeSpan.FromSeconds(10), LongestWait = TimeSpan.FromHours(4);

    private readonly IDbContextFactory<StudioDb> _databases;
    private readonly WebhookSecrets _secrets;
    private readonly TimeProvider _time;
    private readonly ILogger<WebhookSender> _log;
    private readonly bool _private;
    private readonly HttpClient _http;
    private readonly SemaphoreSlim _woken = new(0);
    private readonly ConcurrentDictionary<Guid, Task> _serving = new(); // by webhook

    public WebhookSender(IDbContextFactory<StudioDb> databases, WebhookSecrets secrets, IOptions<WebhookOptions> options, TimeProvider time, ILogger<WebhookSender> log)
    {
        (_databases, _secrets, _time, _log, _private) = (databases, secrets, time, log, options.Value.AllowPrivateAddresses);
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(1) };
        if (!_private)
            handler.ConnectCallback = (context, cancel) => PublicAddresses.ConnectAsync(context.DnsEndPoint, cancel);
        _http = new(handler) { Timeout = Patience, MaxResponseContentBufferSize = 64 * 1024 };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("WebStudio-Webhook/1");
    }

    /// <summary>There is something to deliver.</summary>
    public void Wake() => _woken.Release();

    /// <summary>Why nothing may be sent to an address; null when it may.</summary>
    public async Task<string?> RefusalAsync(Uri address)
    {
        if (_private)
            return null;
        try
        {
            return (await Dns.GetHostAddressesAsync(address.DnsSafeHost)).Any(PublicAddresses.Contains) ? null : $"{address.Host} lies within the server's own network: choose an address outside, or have an admin allow it (Webhooks:AllowPrivateAddresses).";
        }
        catch (SocketException)
        {
            return $"{address.Host} is not known: check how it is written.";
        }
    }

    public override void Dispose()
    {
        _http.Dispose();
        _woken.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    await StartDueAsync(stoppingToken);
                }
#pragma warning disable CA1031 // a database that is busy now is there in half a minute
                catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
                {
                    _log.LogWarning(e, "Webhooks could not be delivered");
                }
                await _woken.WaitAsync(Look, stoppingToken);
            }
        }
        finally
        {
            await Task.WhenAll(_serving.Values);
        }
    }

    /// <summary>Begins to serve webhooks that something is due for, whoever has waited longest first.</summary>
    private async Task StartDueAsync(CancellationToken stop)
    {
        foreach (var (webhook, task) in _serving)
            if (task.IsCompleted)
                _serving.TryRemove(webhook, out _);
        await using var db = await _databases.CreateDbContextAsync(stop);
        var now = _time.GetUtcNow();
        var due = await db.WebhookMessages.Where(m => m.NextTryAt <= now).OrderBy(m => m.NextTryAt).Select(m => m.WebhookId).Take(Looked).ToListAsync(stop);
        foreach (var webhook in due.Distinct().Where(w => !_serving.ContainsKey(w)).Take(AtOnce - _serving.Count))
        {
            var task = _serving[webhook] = Task.Run(() => ServeAsync(webhook, stop), CancellationToken.None);
            // There is room for another then, or something came for this one meanwhile.
            _ = task.ContinueWith(_ => Wake(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task ServeAsync(Guid webhook, CancellationToken stop)
    {
        try
        {
            await DeliverAsync(webhook, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What was not sent is sent after the next start.
        }
#pragma warning disable CA1031 // tried again with the next look
        catch (Exception e)
#pragma warning restore CA1031
        {
            _log.LogWarning(e, "Messages of webhook {Webhook} could not be delivered", webhook);
        }
    }

    /// <summary>Delivers what is due for a webhook, the oldest first.</summary>
    private async Task DeliverAsync(Guid webhook, CancellationToken stop)
    {
        while (true)
        {
            await using var db = await _databases.CreateDbContextAsync(stop);
            var now = _time.GetUtcNow();
            if (await db.WebhookMessages.Include(m => m.Webhook).Where(m => m.WebhookId == webhook && m.NextTryAt <= now).OrderBy(m => m.NextTryAt).FirstOrDefaultAsync(stop) is not { } message)
                return;
            var (answered, delivered, result) = await SendAsync(message, stop);
            (message.Webhook!.LastAt, message.Webhook.LastResult) = (_time.GetUtcNow(), result);
            message.Tries++;
            if (delivered || message.Tries >= MostTries)
                db.Remove(message);
            else
                message.NextTryAt = _time.GetUtcNow() + TimeSpan.FromTicks(Math.Min(LongestWait.Ticks, FirstWait.Ticks << Math.Min(20, 2 * (message.Tries - 1))));
            try
            {
                await db.SaveChangesAsync(stop);
            }
            catch (DbUpdateConcurrencyException)
            {
                return; // its owner removed the webhook meanwhile
            }
            if (answered)
                continue;
            // Nobody is there: the others would only wait as long, each. They count this as a try of their own.
            await db.WebhookMessages.Where(m => m.WebhookId == webhook && m.NextTryAt <= now && m.Tries + 1 >= MostTries).ExecuteDeleteAsync(stop);
            await db.WebhookMessages.Where(m => m.WebhookId == webhook && m.NextTryAt <= now).ExecuteUpdateAsync(set => set.SetProperty(m => m.Tries, m => m.Tries + 1).SetProperty(m => m.NextTryAt, _time.GetUtcNow() + FirstWait), stop);
            return;
        }
    }

    private async Task<(bool Answered, bool Delivered, string Result)> SendAsync(WebhookMessage message, CancellationToken stop)
    {
        var seconds = _time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        try
        {
            var key = Encoding.UTF8.GetBytes(_secrets.Unprotect(message.Webhook!.ProtectedSecret));
            var signature = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{seconds}.{message.Body}")));
            using var request = new HttpRequestMessage(HttpMethod.Post, message.Webhook.Address) { Content = new StringContent(message.Body, Encoding.UTF8, "application/json") };
            request.Headers.Add("X-WebStudio-Delivery", message.Id.ToString());
            request.Headers.Add("X-WebStudio-Signature", $"t={seconds},v1={signature}");
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            return (true, response.IsSuccessStatusCode, $"answered {(int)response.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or CryptographicException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return (false, false, e is OperationCanceledException ? $"no answer within {Patience.TotalSeconds:0} s" : e is CryptographicException ? "its secret cannot be read any more: add it again" : $"not reached: {(e.InnerException ?? e).Message}");
        }
    }
}
