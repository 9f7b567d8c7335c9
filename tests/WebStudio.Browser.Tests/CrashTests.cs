using WebStudio.Browser.Tests.Support;

namespace WebStudio.Browser.Tests;

/// <summary>A server that is killed in the middle of a training, as by a power cut.</summary>
[Trait("Category", "Browser"), Collection(Chromium.Studio)]
public sealed class CrashTests(Chromium chromium)
{
    [Fact]
    public async Task A_training_goes_on_after_the_server_was_killed_and_ends_with_a_version()
    {
        await using var studio = await StudioProcess.StartAsync("--Training:QuickPasses=30", "--Training:CheckpointSeconds=2");
        await using var ada = await chromium.VisitAsync(studio);
        await ada.JoinAsync(studio.SetUpLink, "Ada");
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Try it with a sample album" }).ClickAsync();
        await ada.Page.WaitForURLAsync("**/albums/*", new() { Timeout = 120_000 });
        await ada.Page.GetByRole(AriaRole.Link, new() { Name = "Train a model" }).WaitForAsync(new() { Timeout = 180_000 });
        var job = await ada.TrainQuicklyAsync(new Uri(ada.Page.Url).AbsolutePath);

        await ada.ExpectStateAsync("Training", 180);
        var reached = await WaitForPassAsync(ada, 12); // beyond the first checkpoint
        await studio.KillAndRestartAsync();
        await ada.OpenAsync(job);
        await ada.ExpectStateAsync("Training", 120);
        // It begins at the last checkpoint, two seconds back at most, not at the first pass.
        var resumed = await WaitForPassAsync(ada, 1);
        Assert.True(resumed > reached / 2, $"killed at pass {reached}, it goes on at pass {resumed}");
        await ada.ExpectStateAsync("Trained", 300);
        await ada.Page.GetByRole(AriaRole.Link, new() { Name = "Open editor" }).ClickAsync();
        await new EditorCanvas(ada.Page).WaitForPictureAsync();
    }

    private static async Task<int> WaitForPassAsync(Visitor visitor, int least)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            if (System.Text.RegularExpressions.Regex.Match(await visitor.Page.Locator(".status").InnerTextAsync(), @"pass (\d+) of") is { Success: true } match && int.Parse(match.Groups[1].Value) is var pass && pass >= least)
                return pass;
            await visitor.Page.WaitForTimeoutAsync(200);
        }
        throw new InvalidOperationException($"Pass {least} was never reached.");
    }
}
