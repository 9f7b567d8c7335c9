using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace WebStudio.Server.Tests.Deployment;

/// <summary>docs/deployment/nginx.conf as it stands, with ports and certificate of the test in the places of the example's, in front of a real server.</summary>
public sealed class NginxTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private StudioServer _studio = null!;
    private Process? _nginx;
    private int _http, _https;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Uri Address => new($"https://localhost:{_https}/");

    public async ValueTask InitializeAsync()
    {
        var program = Array.Find((string[])["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"], File.Exists);
        Assert.SkipWhen(program is null, "nginx is not installed: the proxy example is not tested here");
        _studio = await StudioServer.StartAsync("--Access:RequireHttps=true", "--Access:Proxies:0=127.0.0.1", "--Limits:SignInsPerMinute=4");
        await _studio.JoinAsync("Ada");
        (_http, _https) = (FreePort(), FreePort());
        WriteCertificate();
        var example = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "nginx.conf"), Cancel);
        var adapted = example.Replace("listen 80;", $"listen 127.0.0.1:{_http};").Replace("listen 443 ssl;", $"listen 127.0.0.1:{_https} ssl;").Replace("studio.example.org", "localhost")
            .Replace("/etc/ssl/studio.pem", At("studio.pem")).Replace("/etc/ssl/studio.key", At("studio.key")).Replace("http://127.0.0.1:5000", _studio.Address.GetLeftPart(UriPartial.Authority));
        await File.WriteAllTextAsync(At("nginx.conf"), $$"""
            daemon off;
            pid {{At("nginx.pid")}};
            error_log stderr warn;
            events { worker_connections 256; }
            http {
                access_log off;
                client_body_temp_path {{At("body")}};
                proxy_temp_path {{At("proxy")}};
                fastcgi_temp_path {{At("fastcgi")}};
                uwsgi_temp_path {{At("uwsgi")}};
                scgi_temp_path {{At("scgi")}};
            {{adapted}}
            }
            """, Cancel);
        _nginx = Process.Start(new ProcessStartInfo(program, ["-p", _folder.Path, "-c", At("nginx.conf")]) { RedirectStandardError = true })!;
        await AnswersAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_nginx is { HasExited: false })
        {
            _nginx.Kill();
            await _nginx.WaitForExitAsync(CancellationToken.None);
        }
        _nginx?.Dispose();
        if (_studio is not null)
            await _studio.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Behind_the_proxy_of_the_example_people_sign_in_connect_and_upload()
    {
        using var plain = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var moved = await plain.GetAsync($"http://localhost:{_http}/albums", Cancel);
        Assert.Equal((HttpStatusCode.MovedPermanently, "https://localhost/albums"), (moved.StatusCode, moved.Headers.Location!.ToString()));

        using var visitor = new StudioVisitor(Address, trust: true);
        Assert.Equal("/", (await visitor.SignInAsync(StudioServer.EmailOf("Ada"), StudioServer.Password)).Location);
        Assert.All(visitor.Cookies.GetCookies(Address).Where(c => c.Name != "webstudio-dark"), c => Assert.StartsWith("__Host-", c.Name));
        using var home = await visitor.Http.GetAsync("/", Cancel);
        Assert.Equal(HttpStatusCode.OK, home.StatusCode);

        using var socket = new ClientWebSocket();
        socket.Options.Cookies = visitor.Cookies;
        socket.Options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        await socket.ConnectAsync(new($"wss://localhost:{_https}/hubs/studio"), Cancel);
        await socket.SendAsync("{\"protocol\":\"json\",\"version\":1}\u001e"u8.ToArray(), WebSocketMessageType.Text, true, Cancel);
        var greeting = new byte[64];
        var received = await socket.ReceiveAsync(greeting, Cancel);
        Assert.Equal("{}\u001e", System.Text.Encoding.UTF8.GetString(greeting, 0, received.Count));

        // Larger than nginx takes without the example's line.
        using var upload = await visitor.Http.PostAsync($"/api/albums/{Guid.NewGuid()}/photos?name=a.jpg", new ByteArrayContent(new byte[3 << 20]), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, upload.StatusCode);
    }

    [Fact]
    public async Task What_a_visitor_claims_about_their_address_does_not_pass_the_proxy()
    {
        using var visitor = new StudioVisitor(Address, trust: true);
        var form = await visitor.FormAsync("/account/sign-in", "sign-in");
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 6; i++)
        {
            visitor.Http.DefaultRequestHeaders.Remove("X-Forwarded-For");
            visitor.Http.DefaultRequestHeaders.Add("X-Forwarded-For", $"203.0.113.{i}");
            answers.Add((await visitor.SendAsync("/account/sign-in", form, ("Input.Email", "nobody@example.org"), ("Input.Password", "wrong"))).Status);
        }
        Assert.Contains(HttpStatusCode.TooManyRequests, answers); // six addresses would each have had four tries
    }

    private string At(string name) => Path.Combine(_folder.Path, name);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(At("studio.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(At("studio.key"), key.ExportPkcs8PrivateKeyPem());
    }

    private async Task AnswersAsync()
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, _https, Cancel);
                return;
            }
            catch (SocketException) when (tries < 100 && !_nginx!.HasExited)
            {
                await Task.Delay(100, Cancel);
            }
        }
    }
}
