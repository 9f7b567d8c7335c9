namespace WebStudio.Server.Accounts.Sessions;

/// <summary>Says what a browser calls itself in words of people. Only for lists of one's own sessions: nothing is decided by it.</summary>
internal static class DeviceName
{
    // The first that fits wins: Edge calls itself Chrome too, Chrome calls itself Safari too, an iPhone is "like Mac OS X".
    private static readonly (string Token, string Name)[] Browsers = [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    private static readonly (string Token, string Name)[] Systems = [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"), ("Mac OS X", "macOS"), ("Linux", "Linux")];

    /// <summary>"Firefox on Linux".</summary>
    /// <param name="userAgent">The header User-Agent.</param>
    public static string Of(string userAgent) => (Find(Browsers, userAgent), Find(Systems, userAgent)) switch
    {
        (null, null) => "A program",
        (null, { } system) => system,
        ({ } browser, null) => browser,
        var (browser, system) => $"{browser} on {system}",
    };

    private static string? Find((string Token, string Name)[] known, string userAgent) =>
        Array.Find(known, entry => userAgent.Contains(entry.Token, StringComparison.Ordinal)).Name;
}
