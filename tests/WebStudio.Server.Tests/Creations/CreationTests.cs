using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Creations;
using WebStudio.Gpu.Imaging;
using WebStudio.Server.Data;
using WebStudio.Server.Storage;
using WebStudio.Server.Tests.Editing;

namespace WebStudio.Server.Tests.Creations;

/// <summary>Portraits and opened photos on the real server: asked for, made on the device, kept, seen by whom they concern, and gone with what they belong to.</summary>
public sealed class CreationTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private EditingStudio _studio = null!;
    private Member _ada = null!, _bob = null!, _supervisor = null!;
    private SeededModel _model = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ICreations Creations => _studio.App.Services.GetRequiredService<ICreations>();

    public async ValueTask InitializeAsync()
    {
        _studio = await EditingStudio.StartAsync(_folder.Path);
        (_ada, _bob, _supervisor) = (await _studio.JoinAsync("ada"), await _studio.JoinAsync("bob"), await _studio.JoinAsync("sue", [StudioRoles.Supervisor]));
        _model = await _studio.AddModelAsync(_ada.Viewer, SmallModel.Write);
    }

    public async ValueTask DisposeAsync()
    {
        await _studio.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Portraits_have_the_wanted_values_and_open_in_the_editor_as_they_are()
    {
        var made = await MakeAsync(new PortraitsRequest { Count = 3, Seed = 5, Targets = [new("yaw", 8, 8), new("smile", 45, 55)] });
        var result = CreationJson.Read<PortraitsResult>(made.Result)!;
        Assert.Equal(3, result.Portraits.Count);
        Assert.Empty(result.Missed);
        Assert.All(result.Portraits, p => Assert.Equal(8, p.Values["yaw"], 0.3));
        Assert.All(result.Portraits, p => Assert.InRange(p.Values["smile"], 44.7, 55.3));

        using var http = _ada.Http();
        var file = await http.GetByteArrayAsync(made.File(result.Portraits[1].File), Cancel);
        await using var editor = await EditorClient.ConnectAsync(_ada);
        var session = await editor.OpenAsync(_model.VersionId, $"creation:{made.Id}/1");
        Assert.Equal(8, session.Attributes[0].Value, 0.3);
        await editor.SetAsync(session.Session, 1, [], full: true);
        var shown = Decode((await editor.FrameAsync()).Bytes, "frame.jpg");
        Assert.True(Psnr(Decode(file, "portrait.webp"), shown) > 30); // two lossy files of one picture
    }

    [Fact]
    public async Task A_value_beyond_the_album_is_said_and_comes_as_near_as_it_can()
    {
        var made = await MakeAsync(new PortraitsRequest { Count = 2, Seed = 5, Targets = [new("yaw", 500, 500)] });
        Assert.Equal(2, CreationJson.Read<PortraitsResult>(made.Result)!.Missed["yaw"]);
    }

    [Fact]
    public async Task A_photo_is_found_learned_and_opens_in_the_editor_with_its_own_details()
    {
        var bytes = PhotoOfModel.Make(_model.Folder);
        var made = await MakeAsync(new PhotoEditRequest { FileName = "holiday.png", Anybody = true }, new CreationUpload("holiday.png", new MemoryStream(bytes)));
        var result = CreationJson.Read<PhotoEditResult>(made.Result)!;
        Assert.Equal(-1, result.AlbumPhoto);
        Assert.True(result.Psnr > 22, $"{result.Psnr} dB");
        // The middle of the crop lies in the face that was pasted.
        var (x, y) = (64 * result.ToPhoto[0] + 64 * result.ToPhoto[2] + result.ToPhoto[4], 64 * result.ToPhoto[1] + 64 * result.ToPhoto[3] + result.ToPhoto[5]);
        Assert.InRange(x, PhotoOfModel.Left + 60, PhotoOfModel.Left + 140);
        Assert.InRange(y, PhotoOfModel.Top + 60, PhotoOfModel.Top + 160);

        using var http = _ada.Http();
        var learned = Decode(await http.GetByteArrayAsync(made.File(PhotoEditResult.Reconstruction), Cancel), "learned.webp");
        await using var editor = await EditorClient.ConnectAsync(_ada);
        var session = await editor.OpenAsync(_model.VersionId, $"creation:{made.Id}/0");
        await editor.SetAsync(session.Session, 1, [], full: true);
        Assert.True(Psnr(learned, Decode((await editor.FrameAsync()).Bytes, "frame.jpg")) > 30);
        await editor.SetAsync(session.Session, 2, [session.Attributes[0].Maximum], full: true);
        Assert.True(Psnr(learned, Decode((await editor.FrameAsync()).Bytes, "turned.jpg")) < 30); // the slider moves it
    }

    [Fact]
    public async Task A_picture_without_a_face_fails_with_a_sentence_and_leaves_nothing_half_made()
    {
        var gray = ImageEncoder.Encode(new RgbImage(300, 200, new byte[300 * 200 * 3]), ImageFormat.Png);
        var failed = await MakeAsync(new PhotoEditRequest { FileName = "wall.png" }, new CreationUpload("wall.png", new MemoryStream(gray)));
        Assert.Equal(CreationState.Failed, failed.State);
        Assert.Contains("wall.png", failed.Error, StringComparison.Ordinal);
        Assert.Contains("no face", failed.Error, StringComparison.Ordinal);
        var (none, refusal) = await Creations.StartAsync(_ada.Viewer, _model.VersionId, Guid.NewGuid(), new PhotoEditRequest { FileName = "a.txt" }, [new CreationUpload("a.txt", new MemoryStream("no picture"u8.ToArray()))]);
        Assert.Null(none);
        Assert.Contains("a.txt", refusal!, StringComparison.Ordinal);
        Assert.Single(Folders()); // that of the failed one, whose photo is kept for another try
        await Creations.DeleteAsync(_ada.Viewer, failed.Id);
        Assert.Empty(Folders());
    }

    [Fact]
    public async Task Others_neither_see_nor_change_it_and_a_supervisor_only_looks()
    {
        var made = await MakeAsync(new PortraitsRequest { Count = 1, Seed = 1 });
        Assert.Null(await Creations.FindAsync(_bob.Viewer, made.Id));
        Assert.Empty(await Creations.ListAsync(_bob.Viewer, _model.ModelId, CreationKind.Portraits));
        Assert.NotNull(await Creations.FindAsync(_supervisor.Viewer, made.Id));
        Assert.Equal((null, "This version does not exist any more."), await Creations.StartAsync(_supervisor.Viewer, _model.VersionId, Guid.NewGuid(), new PortraitsRequest(), []));
        await Creations.DeleteAsync(_supervisor.Viewer, made.Id);
        await Creations.RenameAsync(_bob.Viewer, made.Id, "mine");
        await Creations.MarkAsync(_bob.Viewer, made.Id, [0]);
        var still = await Creations.FindAsync(_ada.Viewer, made.Id);
        Assert.Equal((made.Name, 0), (still!.Name, still.Starred.Count));
        foreach (var (member, status) in new[] { (_ada, HttpStatusCode.OK), (_supervisor, HttpStatusCode.OK), (_bob, HttpStatusCode.NotFound) })
            Assert.Equal(status, (await member.Http().GetAsync(made.File("portrait-001.webp"), Cancel)).StatusCode);
        // Codes are no pictures, and names lead nowhere else.
        Assert.Equal(HttpStatusCode.NotFound, (await _ada.Http().GetAsync(made.File("codes.safetensors"), Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _ada.Http().GetAsync(made.File("..%2Fx.png"), Cancel)).StatusCode);
    }

    [Fact]
    public async Task The_same_request_sent_twice_makes_one_and_wishes_the_model_cannot_meet_are_refused()
    {
        var request = Guid.NewGuid();
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => Creations.StartAsync(_ada.Viewer, _model.VersionId, request, new PortraitsRequest { Count = 1 }, []))));
        Assert.Equal(both[0].Creation, both[1].Creation);
        Assert.Single(await Creations.ListAsync(_ada.Viewer, _model.ModelId, CreationKind.Portraits));
        foreach (var (wrong, says) in new[]
        {
            (new PortraitsRequest { Count = 65 }, "64"),
            (new PortraitsRequest { Targets = [new("age", 30, 30)] }, "age"),
            (new PortraitsRequest { Targets = [new("yaw", 5, 1)] }, "Head turn"),
            (new PortraitsRequest { Targets = [new("yaw", 5, 5), new("yaw", 6, 6)] }, "twice"),
        })
            Assert.Contains(says, (await Creations.StartAsync(_ada.Viewer, _model.VersionId, Guid.NewGuid(), wrong, [])).Refusal!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_end_of_the_server_broke_off_is_made_after_the_next_start()
    {
        var (id, _) = await Creations.StartAsync(_ada.Viewer, _model.VersionId, Guid.NewGuid(), new PortraitsRequest { Count = 2, Seed = 3 }, []);
        await EndAsync(id!.Value);
        // As a killed server leaves it: the row says that it is made at the moment.
        await using (var db = await _studio.App.Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync(Cancel))
            await db.Creations.ExecuteUpdateAsync(set => set.SetProperty(c => c.State, CreationState.Running).SetProperty(c => c.Result, ""), Cancel);
        await _studio.DisposeAsync();
        _studio = await EditingStudio.StartAsync(_folder.Path);
        var made = await EndAsync(id.Value);
        Assert.Equal(CreationState.Ready, made.State);
        Assert.Equal(2, CreationJson.Read<PortraitsResult>(made.Result)!.Portraits.Count);
    }

    private async Task<CreationView> MakeAsync<TRequest>(TRequest request, params CreationUpload[] uploads) where TRequest : ICreationRequest
    {
        var (id, refusal) = await Creations.StartAsync(_ada.Viewer, _model.VersionId, Guid.NewGuid(), request, uploads);
        Assert.Null(refusal);
        return await EndAsync(id!.Value);
    }

    private async Task<CreationView> EndAsync(Guid id)
    {
        while (true)
        {
            var view = await Creations.FindAsync(_ada.Viewer, id);
            if (!view!.IsOpen)
                return view;
            await Task.Delay(50, Cancel);
        }
    }

    private string[] Folders()
    {
        var place = Path.GetDirectoryName(_studio.App.Services.GetRequiredService<DataFolders>().Creation(_ada.Viewer.UserId, Guid.Empty))!;
        return Directory.Exists(place) ? Directory.GetDirectories(place) : [];
    }

    private RgbImage Decode(byte[] bytes, string name) => ImageFile.Read(_folder.Write(name, bytes));

    private static double Psnr(RgbImage a, RgbImage b)
    {
        Assert.Equal((a.Width, a.Height), (b.Width, b.Height));
        var sum = 0.0;
        for (var i = 0; i < a.Pixels.Length; i++)
            sum += Math.Pow(a.Pixels[i] - b.Pixels[i], 2);
        return 10 * Math.Log10(255 * 255 / Math.Max(1e-9, sum / a.Pixels.Length));
    }
}
