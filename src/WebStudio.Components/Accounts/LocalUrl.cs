namespace WebStudio.Components.Accounts;

/// <summary>Addresses that a query may send somebody to after signing in: pages of this server only.</summary>
public static class LocalUrl
{
    /// <summary>The address itself when it is a path here, else the home page.</summary>
    public static string Of(string? url) =>
        url is ['/', ..] and not ['/', '/' or '\\', ..] && !url.Any(char.IsControl) ? url : "/"; // browsers drop tabs, and //host is another site
}
