using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace WebStudio.Browser.Tests.Support;

/// <summary>What people do, in the words of the pages: labels and roles, so that what a screen reader cannot find is not found here either.</summary>
internal static partial class StudioActions
{
    public const string Password = "a long enough password";

    /// <summary>Joins by a link and arrives at the home page.</summary>
    public static async Task JoinAsync(this Visitor visitor, string link, string name)
    {
        var page = visitor.Page;
        await page.GotoAsync(link);
        await page.GetByLabel("Your name").FillAsync(name);
        await page.GetByLabel("E-mail").FillAsync($"{name.ToLowerInvariant()}@example.org");
        await page.GetByLabel("Password").FillAsync(Password);
        await page.Locator("form button[type=submit]").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync($"Welcome, {name}");
    }

    /// <summary>As an admin: a link by which somebody joins.</summary>
    public static async Task<string> InviteAsync(this Visitor admin, string role)
    {
        var page = admin.Page;
        await admin.OpenAsync("/admin/people");
        if (role != "Member")
        {
            await page.Locator(".invite .mud-select").First.ClickAsync();
            await page.Locator(".mud-popover-open .mud-list-item", new() { HasText = role }).ClickAsync();
            await Expect(page.Locator(".invite .mud-select").First).ToContainTextAsync(role); // it is chosen once it is shown
        }
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a link" }).ClickAsync();
        return await page.GetByLabel("Link to send").InputValueAsync();
    }

    /// <summary>Makes an album with a consent; its address, /albums/….</summary>
    public static async Task<string> CreateAlbumAsync(this Visitor visitor, string name)
    {
        var page = visitor.Page;
        await visitor.OpenAsync("/albums/new");
        await page.GetByLabel("Name of the album").FillAsync(name);
        await page.GetByLabel("Person in the photos").FillAsync("Ada");
        await page.GetByLabel("Who agrees").FillAsync("Ada herself");
        await page.GetByLabel("To what").FillAsync("Tests of this program");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create album" }).ClickAsync();
        await page.WaitForURLAsync(AlbumPattern());
        return new Uri(page.Url).AbsolutePath;
    }

    /// <summary>Starts a quick training of an album; the job's address, /jobs/….</summary>
    public static async Task<string> TrainQuicklyAsync(this Visitor visitor, string album)
    {
        var page = visitor.Page;
        await visitor.OpenAsync($"{album}/train");
        await page.GetByRole(AriaRole.Radio, new() { Name = "Quick" }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start training" }).ClickAsync();
        await page.WaitForURLAsync(JobPattern());
        return new Uri(page.Url).AbsolutePath;
    }

    /// <summary>Waits until the job's page says so.</summary>
    public static Task ExpectStateAsync(this Visitor visitor, string state, int seconds = 30) =>
        Expect(visitor.Page.Locator(".status strong")).ToHaveTextAsync(state, new() { Timeout = 1000 * seconds });

    [GeneratedRegex(@"/albums/[0-9a-f\-]{36}$")]
    private static partial Regex AlbumPattern();

    [GeneratedRegex(@"/jobs/[0-9a-f\-]{36}$")]
    private static partial Regex JobPattern();
}
