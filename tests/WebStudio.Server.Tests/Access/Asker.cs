using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using WebStudio.Server.Tests.Editing;

namespace WebStudio.Server.Tests.Access;

/// <summary>Sends the request that a line of the table is about.</summary>
internal sealed partial class Asker(Estate estate)
{
    /// <param name="row">The line.</param>
    /// <param name="who">Whose browser; null for nobody's.</param>
    /// <param name="things">What its identifiers are; null to make some up.</param>
    /// <param name="token">A programme's token.</param>
    public async Task<HttpStatusCode> AskAsync(Permission row, Member? who, IReadOnlyDictionary<string, Guid>? things, string? token = null)
    {
        using var http = who?.Http() ?? new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = estate.Studio.Address };
        if (token is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var path = ParameterPattern().Replace(row.Address, m => m.Groups[1].Value switch
        {
            "kind" => row.Address.Contains("photos", StringComparison.Ordinal) ? "thumb" : row.Address.Contains("jobs", StringComparison.Ordinal) ? "shot" : "preview",
            "name" => "face-0.png",
            "n" => "0",
            "Secret" => "nothing",
            var name => (things?[name] ?? Guid.NewGuid()).ToString(),
        });
        using var request = new HttpRequestMessage(new(row.Method == "PAGE" ? "GET" : row.Method), $"{path}{(row.Address.EndsWith("export", StringComparison.Ordinal) ? "?format=png" : row.Address.EndsWith("/picture", StringComparison.Ordinal) ? "?start=portrait:1&format=png" : "")}");
        if (row.Method == "POST" && row.Address.StartsWith("/api/v1/", StringComparison.Ordinal) && !row.Address.EndsWith("photos", StringComparison.Ordinal))
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex ParameterPattern();
}
