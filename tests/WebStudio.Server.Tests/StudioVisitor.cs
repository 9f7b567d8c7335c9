using System.Net;
using System.Text.RegularExpressions;

namespace WebStudio.Server.Tests;

/// <summary>What the server answered.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Location">Where it sends the browser, path and query; null without.</param>
/// <param name="Text">The answer's text, as HTML.</param>
internal sealed record Answer(HttpStatusCode Status, string? Location, string Text);

/// <summary>A browser without a screen: keeps cookies, fills forms in with their antiforgery tokens, follows nothing.</summary>
internal sealed partial class StudioVisitor : IDisposable
{
    private readonly HttpClient _http;

    /// <param name="address">Of the server.</param>
    /// <param name="cookies">Copied from another browser; null for none.</param>
    /// <param name="trust">Takes any certificate.</param>
    public StudioVisitor(Uri address, CookieContainer? cookies = null, bool trust = false)
    {
        Cookies = new();
        if (cookies is not null)
            Cookies.Add(address, cookies.GetCookies(address));
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies };
        if (trust)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        _http = new(handler) { BaseAddress = address };
    }

    public CookieContainer Cookies { get; }

    public HttpClient Http => _http;

    public async Task<Answer> GetAsync(string path)
    {
        using var response = await _http.GetAsync(path);
        return await Read(response);
    }

    /// <summary>Loads a page and sends one of its forms.</summary>
    public async Task<Answer> SubmitAsync(string path, string form, params (string Name, string Value)[] fields) => await SendAsync(path, await FormAsync(path, form), fields);

    /// <summary>The hidden fields of a form on a page.</summary>
    public async Task<IReadOnlyList<(string Name, string Value)>> FormAsync(string path, string form)
    {
        var page = await GetAsync(path);
        var hidden = FormPattern().Matches(page.Text)
            .Select(m => HiddenPattern().Matches(m.Value).Select(h => (Attribute(h.Value, "name"), Attribute(h.Value, "value"))).ToList())
            .SingleOrDefault(fields => fields.Contains(("_handler", form)));
        return hidden ?? throw new InvalidOperationException($"{path} has no form {form}: {page.Status} {page.Text}");
    }

    /// <summary>Sends a form that was loaded earlier.</summary>
    public async Task<Answer> SendAsync(string path, IEnumerable<(string Name, string Value)> hidden, params (string Name, string Value)[] fields)
    {
        var content = hidden.Where(h => fields.All(f => f.Name != h.Name)).Concat(fields).Select(f => KeyValuePair.Create(f.Name, f.Value));
        using var response = await _http.PostAsync(path, new FormUrlEncodedContent(content));
        return await Read(response);
    }

    public Task<Answer> SignInAsync(string email, string password, string page = "/account/sign-in") => SubmitAsync(page, "sign-in", ("Input.Email", email), ("Input.Password", password));

    public void Dispose() => _http.Dispose();

    private static async Task<Answer> Read(HttpResponseMessage response)
    {
        var location = response.Headers.Location;
        return new(response.StatusCode, location is null ? null : location.IsAbsoluteUri && location.Scheme is "http" or "https" ? location.PathAndQuery : location.OriginalString, WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync()));
    }

    private static string Attribute(string tag, string name) => Regex.Match(tag, $"\\b{name}=\"([^\"]*)\"").Groups[1].Value;

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline)]
    private static partial Regex FormPattern();

    [GeneratedRegex("<input[^>]*type=\"hidden\"[^>]*>")]
    private static partial Regex HiddenPattern();
}
