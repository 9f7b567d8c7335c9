using Microsoft.AspNetCore.SignalR;

namespace WebStudio.Server.Tests.Editing;

/// <summary>How much of the device one editor may ask for.</summary>
public sealed class EditorLimitTests
{
    [Fact]
    public async Task More_pictures_than_the_setting_are_not_opened_and_a_connection_that_floods_ends()
    {
        using var folder = new TemporaryFolder();
        await using var studio = await EditingStudio.StartAsync(folder.Path, "--Limits:EditorSessions=2", "--Limits:EditorMessagesPerSecond=10");
        var ada = await studio.JoinAsync("ada");
        var model = await studio.AddModelAsync(ada.Viewer, SmallModel.Write);
        await using (var client = await EditorClient.ConnectAsync(ada))
        await using (var second = await EditorClient.ConnectAsync(ada))
        {
            await client.OpenAsync(model.VersionId, "photo:0");
            var last = await second.OpenAsync(model.VersionId, "photo:1");
            Assert.Contains("You have 2 pictures open", (await Assert.ThrowsAsync<HubException>(() => client.OpenAsync(model.VersionId, "photo:2"))).Message);
            await second.CloseAsync(last.Session);
            await client.OpenAsync(model.VersionId, "photo:2");
        }

        await using var hasty = await EditorClient.ConnectAsync(ada);
        await using var patient = await EditorClient.ConnectAsync(ada);
        var asked = Enumerable.Range(0, 500).Select(_ => hasty.EditsAsync(model.ModelId)).ToList();
        // Which of them is told is not certain: the connection is cut.
        await Assert.ThrowsAnyAsync<Exception>(() => Task.WhenAll(asked));
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => hasty.EditsAsync(model.ModelId));
        Assert.Empty(await patient.EditsAsync(model.ModelId));
    }
}
