using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Gpu.Imaging;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Tests.Editing;

/// <summary>Edits that stay, and pictures to take away.</summary>
public sealed class KeptEditTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private EditingStudio _studio = null!;
    private Member _ada = null!, _bob = null!;
    private SeededModel _model = null!;

    public async ValueTask InitializeAsync()
    {
        _studio = await EditingStudio.StartAsync(_folder.Path);
        (_ada, _bob) = (await _studio.JoinAsync("ada"), await _studio.JoinAsync("bob"));
        _model = await _studio.AddModelAsync(_ada.Viewer, SmallModel.Write);
    }

    public async ValueTask DisposeAsync()
    {
        await _studio.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_kept_edit_comes_back_on_another_connection_with_its_sliders_and_its_picture()
    {
        await using var client = await EditorClient.ConnectAsync(_ada);
        var session = await client.OpenAsync(_model.VersionId, "photo:3");
        var kept = await client.SaveAsync(session.Session, "  Turned  ", [12.5, double.NaN]);
        await using var later = await EditorClient.ConnectAsync(_ada);
        var found = Assert.Single(await later.EditsAsync(_model.ModelId));
        Assert.Equal((kept.Id, "Turned", _model.VersionId, "photo:3"), (found.Id, found.Name, found.Version, found.Start));
        Assert.Equal([12.5, double.NaN], found.Values);

        using var http = _ada.Http();
        var picture = await http.GetAsync($"/files/edits/{kept.Id}/picture.webp", TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, "image/webp"), (picture.StatusCode, picture.Content.Headers.ContentType?.MediaType));
        var image = ImageFile.Read(_folder.Write("kept.webp", await picture.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)));
        Assert.Equal((128, 128), (image.Width, image.Height));
    }

    [Fact]
    public async Task Nobody_else_sees_renames_or_deletes_it()
    {
        await using var client = await EditorClient.ConnectAsync(_ada);
        var kept = await client.SaveAsync((await client.OpenAsync(_model.VersionId, "photo:0")).Session, "Mine", [5]);
        await using var stranger = await EditorClient.ConnectAsync(_bob);
        Assert.Empty(await stranger.EditsAsync(_model.ModelId));
        await stranger.RenameAsync(kept.Id, "Theirs");
        await stranger.DeleteAsync(kept.Id);
        Assert.Equal("Mine", Assert.Single(await client.EditsAsync(_model.ModelId)).Name);
        using var http = _bob.Http();
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"/files/edits/{kept.Id}/picture.webp", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Its_owner_renames_it_and_deletes_it_with_its_picture()
    {
        await using var client = await EditorClient.ConnectAsync(_ada);
        var kept = await client.SaveAsync((await client.OpenAsync(_model.VersionId, "photo:0")).Session, "", [5]);
        Assert.Equal("Edit", kept.Name);
        await client.RenameAsync(kept.Id, "Smile");
        Assert.Equal("Smile", Assert.Single(await client.EditsAsync(_model.ModelId)).Name);
        var folder = _studio.App.Services.GetRequiredService<DataFolders>().Edit(_ada.Viewer.UserId, kept.Id);
        Assert.True(Directory.Exists(folder));
        await client.DeleteAsync(kept.Id);
        Assert.Empty(await client.EditsAsync(_model.ModelId));
        Assert.False(Directory.Exists(folder));
    }

    [Theory]
    [InlineData("png", "image/png", new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' })]
    [InlineData("jpeg", "image/jpeg", new byte[] { 0xFF, 0xD8, 0xFF })]
    [InlineData("webp", "image/webp", new byte[] { (byte)'R', (byte)'I', (byte)'F', (byte)'F' })]
    public async Task A_download_has_the_format_that_was_asked_for(string format, string type, byte[] begin)
    {
        using var http = _ada.Http();
        var answer = await http.GetAsync($"/files/versions/{_model.VersionId}/picture?start=photo:1&values=10,&format={format}&name=Lea", TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var bytes = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(begin, bytes[..begin.Length]);
        var image = ImageFile.Read(_folder.Write($"download.{format}", bytes));
        Assert.Equal((128, 128), (image.Width, image.Height));
    }

    [Fact]
    public async Task A_downloaded_portrait_is_the_one_that_was_shown()
    {
        await using var client = await EditorClient.ConnectAsync(_ada);
        var session = await client.OpenAsync(_model.VersionId, "portrait:9");
        await client.SetAsync(session.Session, 1, [-8], true);
        var shown = ImageFile.Read(_folder.Write("shown.jpg", (await client.FrameAsync()).Bytes));
        using var http = _ada.Http();
        var png = ImageFile.Read(_folder.Write("download.png", await http.GetByteArrayAsync($"/files/versions/{_model.VersionId}/picture?start=portrait:9&values=-8&format=png", TestContext.Current.CancellationToken)));
        var difference = shown.Pixels.Zip(png.Pixels).Average(p => Math.Abs(p.First - p.Second));
        Assert.InRange(difference, 0, 3); // levels of 255: what JPEG takes away
    }

    [Theory]
    [InlineData("start=photo:1&format=gif", "png, jpeg and webp")]
    [InlineData("start=photo:99&format=png", "no photo 100")]
    [InlineData("start=nowhere&format=png", "no starting point")]
    [InlineData("start=photo:1&format=png&values=abc", "abc")]
    public async Task A_download_that_cannot_be_made_says_why(string query, string says)
    {
        using var http = _ada.Http();
        var answer = await http.GetAsync($"/files/versions/{_model.VersionId}/picture?{query}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(says, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_stranger_downloads_nothing()
    {
        using var http = _bob.Http();
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"/files/versions/{_model.VersionId}/picture?start=photo:1&format=png", TestContext.Current.CancellationToken)).StatusCode);
    }
}
