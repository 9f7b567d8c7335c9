using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;
using WebStudio.Components.Models;
using WebStudio.Components.Reviews;
using WebStudio.Components.Training;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Imaging.Provenance;
using WebStudio.Server.Albums;
using WebStudio.Server.Audit;
using WebStudio.Server.Data;
using WebStudio.Server.Jobs;
using WebStudio.Server.Storage;
using WebStudio.Server.Tests.Editing;

namespace WebStudio.Server.Tests.Reviews;

/// <summary>Ada makes, Sue supervises her studio, Tom supervises another one, Bob is a member: what each of them may send, see, decide and take away.</summary>
public sealed class ReviewTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private EditingStudio _studio = null!;
    private Member _ada = null!, _bob = null!, _sue = null!, _tom = null!;
    private SeededModel _model = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IReviews Reviews => _studio.App.Services.GetRequiredService<IReviews>();

    private INotices Notices => _studio.App.Services.GetRequiredService<INotices>();

    private IAudit Audit => _studio.App.Services.GetRequiredService<IAudit>();

    public async ValueTask InitializeAsync()
    {
        _studio = await EditingStudio.StartAsync(_folder.Path);
        (_ada, _bob) = (await _studio.JoinAsync("ada"), await _studio.JoinAsync("bob"));
        (_sue, _tom) = (await _studio.JoinAsync("sue", [StudioRoles.Supervisor]), await _studio.JoinAsync("tom", [StudioRoles.Supervisor], "Elsewhere"));
        _model = await _studio.AddModelAsync(_ada.Viewer, SmallModel.Write);
    }

    public async ValueTask DisposeAsync()
    {
        await _studio.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_version_is_sent_back_changed_sent_again_and_approved_and_everything_is_told_and_kept()
    {
        Assert.Null(await Reviews.SendAsync(_ada.Viewer, _model.VersionId, "  please look "));
        Assert.Contains("waits for its review already", await Reviews.SendAsync(_ada.Viewer, _model.VersionId, ""));
        Assert.Equal(["Lea, Version 1, waits for a review."], (await Notices.ListAsync(_sue.Viewer)).Select(n => n.Text));

        var waiting = Assert.Single((await Reviews.InboxAsync(_sue.Viewer, decided: false, 0)).Items);
        Assert.Equal(("Lea", "Version 1", "ada", "please look", true), (waiting.ModelName, waiting.Name, waiting.Author, waiting.Note, waiting.MayDecide));
        Assert.Equal("Say what is to be changed: the author sees it.", await Reviews.DecideAsync(_sue.Viewer, waiting.Id, ReviewState.SentBack, " "));
        Assert.Null(await Reviews.DecideAsync(_sue.Viewer, waiting.Id, ReviewState.SentBack, "More photos from the left."));
        Assert.Equal("Somebody else has decided it meanwhile.", await Reviews.DecideAsync(_sue.Viewer, waiting.Id, ReviewState.Approved, ""));

        var told = Assert.Single(await Notices.ListAsync(_ada.Viewer));
        Assert.Equal(("Lea, Version 1, was sent back: More photos from the left.", $"/reviews/{waiting.Id}", false), (told.Text, told.Href, told.IsRead));
        await Notices.ReadAsync(_bob.Viewer, told.Id); // somebody else's
        Assert.False((await Notices.ListAsync(_ada.Viewer))[0].IsRead);
        await Notices.ReadAsync(_ada.Viewer, told.Id);
        Assert.True((await Notices.ListAsync(_ada.Viewer))[0].IsRead);

        Assert.Null(await Reviews.SendAsync(_ada.Viewer, _model.VersionId, "done"));
        var again = Assert.Single((await Reviews.InboxAsync(_sue.Viewer, decided: false, 0)).Items);
        Assert.Null(await Reviews.DecideAsync(_sue.Viewer, again.Id, ReviewState.Approved, ""));
        var detail = (await Reviews.FindAsync(_ada.Viewer, again.Id))!;
        Assert.Equal([(ReviewState.Approved, ""), (ReviewState.SentBack, "More photos from the left.")], detail.History.Select(h => (h.State, h.Comment)));
        Assert.Equal(("Lea: a model of me", null, false), (detail.Consent, detail.WithoutConsent, detail.Review.MayDecide));
        Assert.Equal([("sue", "approved"), ("ada", "sent for review"), ("sue", "sent back"), ("ada", "sent for review")],
            (await Audit.ReadAsync(_sue.Viewer, null, 0)).Lines.Where(l => l.Subject == "version").Select(l => (l.Actor, l.Action)));
    }

    [Fact]
    public async Task Another_studio_and_other_members_see_and_decide_nothing()
    {
        await Reviews.SendAsync(_ada.Viewer, _model.VersionId, "");
        var review = Assert.Single(await Reviews.OfModelAsync(_ada.Viewer, _model.ModelId));
        foreach (var stranger in (Member[])[_bob, _tom])
        {
            Assert.Empty((await Reviews.InboxAsync(stranger.Viewer, decided: false, 0)).Items);
            Assert.Empty(await Reviews.OfModelAsync(stranger.Viewer, _model.ModelId));
            Assert.Null(await Reviews.FindAsync(stranger.Viewer, review.Id));
            Assert.Equal("This review does not exist any more.", await Reviews.DecideAsync(stranger.Viewer, review.Id, ReviewState.Approved, ""));
            Assert.Equal("This version does not exist any more.", await Reviews.SendAsync(stranger.Viewer, _model.VersionId, ""));
            Assert.Empty(await Notices.ListAsync(stranger.Viewer));
        }
        Assert.Equal("This version does not exist any more.", await Reviews.SendAsync(_sue.Viewer, _model.VersionId, "")); // not hers to send
        await Reviews.RequireApprovalAsync(_bob.Viewer, true);
        await Reviews.RequireApprovalAsync(_tom.Viewer, true);
        Assert.False(await Reviews.ApprovalRequiredAsync(_ada.Viewer));
        Assert.Empty((await Audit.ReadAsync(_bob.Viewer, null, 0)).Lines);
        Assert.Equal([AuditActions.SettingChanged], (await Audit.ReadAsync(_tom.Viewer, null, 0)).Lines.Select(l => l.Action));
    }

    [Fact]
    public async Task Nobody_approves_what_they_made_themselves()
    {
        var own = await _studio.AddModelAsync(_sue.Viewer, SmallModel.Write);
        await Reviews.SendAsync(_sue.Viewer, own.VersionId, "");
        var review = Assert.Single((await Reviews.InboxAsync(_sue.Viewer, decided: false, 0)).Items);
        Assert.False(review.MayDecide);
        Assert.Contains("Nobody reviews their own work", await Reviews.DecideAsync(_sue.Viewer, review.Id, ReviewState.Approved, ""));
    }

    [Fact]
    public async Task Two_clicks_at_the_same_moment_send_once()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Reviews.SendAsync(_ada.Viewer, _model.VersionId, ""), Cancel)));
        Assert.Single(answers, a => a is null);
        Assert.Single(await Reviews.OfModelAsync(_ada.Viewer, _model.ModelId));
    }

    [Fact]
    public async Task A_kept_edit_is_reviewed_by_itself_and_goes_with_its_reviews()
    {
        await using var client = await EditorClient.ConnectAsync(_ada);
        var kept = await client.SaveAsync((await client.OpenAsync(_model.VersionId, "photo:3")).Session, "Turned", [12.5, double.NaN, 0.5]);
        Assert.Equal((null, ""), (kept.Review, kept.ReviewState));
        await client.SendForReviewAsync(kept.Id, "");
        await using var stranger = await EditorClient.ConnectAsync(_bob);
        Assert.Contains("does not exist any more", (await Assert.ThrowsAnyAsync<Exception>(() => stranger.SendForReviewAsync(kept.Id, ""))).Message);

        var waiting = Assert.Single((await Reviews.InboxAsync(_sue.Viewer, decided: false, 0)).Items);
        Assert.Equal(("Turned", kept.Id, $"/files/edits/{kept.Id}/picture.webp"), (waiting.Name, waiting.EditId, waiting.Picture));
        var edit = (await Reviews.FindAsync(_sue.Viewer, waiting.Id))!.Edit!;
        Assert.Equal($"/files/versions/{_model.VersionId}/album/0004.png", edit.Before);
        Assert.Equal([new("yaw", 12.5, "°"), new("Component 1", 0.5, "")], edit.Values);
        using var http = _sue.Http();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(waiting.Picture, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(edit.Before, Cancel)).StatusCode);
        Assert.Empty(await Reviews.OfModelAsync(_ada.Viewer, _model.ModelId)); // the version itself was not sent

        await Reviews.DecideAsync(_sue.Viewer, waiting.Id, ReviewState.Approved, "");
        Assert.Equal((waiting.Id, "Approved"), (await client.EditsAsync(_model.ModelId)).Select(e => (e.Review!.Value, e.ReviewState)).Single());
        await client.DeleteAsync(kept.Id);
        Assert.Empty((await Reviews.InboxAsync(_sue.Viewer, decided: true, 0)).Items);
        Assert.Contains((await Audit.ReadAsync(_sue.Viewer, AuditActions.Deleted, 0)).Lines, l => l.Subject == "edit" && l.SubjectId == kept.Id);
    }

    [Fact]
    public async Task Where_approval_is_required_only_what_is_approved_is_exported()
    {
        await using var client = await EditorClient.ConnectAsync(_ada);
        var kept = await client.SaveAsync((await client.OpenAsync(_model.VersionId, "photo:1")).Session, "Turned", [10]);
        string picture = $"/files/versions/{_model.VersionId}/picture?start=photo:1&values=10&format=png", edit = $"/files/edits/{kept.Id}/export?format=png";
        Assert.Equal((true, true), (await MayAsync(picture), await MayAsync(edit)));
        await Reviews.RequireApprovalAsync(_sue.Viewer, true);
        Assert.Equal((false, false), (await MayAsync(picture), await MayAsync(edit)));
        Assert.Contains("this studio exports approved versions only", await SentenceAsync(picture));
        Assert.Contains("Send the edit for review", await SentenceAsync(edit));

        await client.SendForReviewAsync(kept.Id, "");
        Assert.Equal((false, false), (await MayAsync(picture), await MayAsync(edit)));
        await DecideAsync(ReviewState.Approved);
        Assert.Equal((false, true), (await MayAsync(picture), await MayAsync(edit))); // the edit as it was kept, nothing else of the version

        await Reviews.SendAsync(_ada.Viewer, _model.VersionId, "");
        await DecideAsync(ReviewState.Approved);
        Assert.Equal((true, true), (await MayAsync(picture), await MayAsync(edit)));
        await Reviews.SendAsync(_ada.Viewer, _model.VersionId, "");
        await DecideAsync(ReviewState.Rejected);
        Assert.Equal((false, true), (await MayAsync(picture), await MayAsync(edit))); // the last decision counts
        Assert.Contains((await Audit.ReadAsync(_sue.Viewer, AuditActions.ExportRefused, 0)).Lines, l => l.Detail.EndsWith("not approved", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_consent_that_ran_out_stops_exports_and_shows_in_the_review()
    {
        await Reviews.SendAsync(_ada.Viewer, _model.VersionId, "");
        var picture = $"/files/versions/{_model.VersionId}/picture?start=portrait:5&format=png";
        Assert.True(await MayAsync(picture));
        var albums = _studio.App.Services.GetRequiredService<IAlbums>();
        await albums.UpdateAsync(_ada.Viewer, _model.AlbumId, new("Summer", "Lea", new("Lea", "a model of me", new DateOnly(2024, 2, 29))));
        Assert.Contains("The consent of Lea ended on 29 Feb 2024", await SentenceAsync(picture));
        var review = Assert.Single((await Reviews.InboxAsync(_sue.Viewer, decided: false, 0)).Items);
        Assert.Contains("ended on 29 Feb 2024", (await Reviews.FindAsync(_sue.Viewer, review.Id))!.WithoutConsent);
        Assert.Single((await Audit.ReadAsync(_sue.Viewer, AuditActions.ConsentChanged, 0)).Lines);
    }

    [Theory]
    [InlineData("png")]
    [InlineData("jpeg")]
    [InlineData("webp")]
    public async Task A_download_says_how_it_was_made_and_is_labelled_on_wish(string format)
    {
        using var http = _ada.Http();
        var address = $"/files/versions/{_model.VersionId}/picture?start=portrait:9&values=-8&format={format}";
        var plain = await http.GetByteArrayAsync(address, Cancel);
        var read = PictureXmp.Read(plain)!;
        Assert.Equal((DigitalSource.TrainedAlgorithmicMedia, "Lea", _model.VersionId.ToString(), 9L, ""), (read.Source, read.Model, read.ModelVersion, read.Seed, read.PhotoSha256));
        Assert.Equal(-8, read.Coordinates["yaw"], 0.01);
        var labelled = ImageDecoder.Decode(await http.GetByteArrayAsync($"{address}&label=true", Cancel), "labelled");
        var bare = ImageDecoder.Decode(plain, "plain");
        Assert.NotEqual(bare.Crop(0, 118, 60, 10).Pixels, labelled.Crop(0, 118, 60, 10).Pixels);
        if (format == "png")
            Assert.Equal(bare.Crop(0, 0, 128, 100).Pixels, labelled.Crop(0, 0, 128, 100).Pixels);
    }

    [Fact]
    public async Task An_edited_photo_of_the_album_is_a_composite_and_names_the_photo_by_its_hash_only()
    {
        await using (var db = await DatabaseAsync())
        {
            var photo = WebStudio.Gpu.Personalization.PersonalizedModel.Describe(_model.Folder).Photos[1].Name;
            db.Photos.Add(new Photo { AlbumId = _model.AlbumId, FileName = photo, UploadSha256 = new string('c', 64), ContentType = "image/jpeg", Sha256 = new string('d', 64) });
            await db.SaveChangesAsync(Cancel);
        }
        using var http = _ada.Http();
        var read = PictureXmp.Read(await http.GetByteArrayAsync($"/files/versions/{_model.VersionId}/picture?start=photo:1&format=jpeg", Cancel))!;
        Assert.Equal((DigitalSource.CompositeWithTrainedAlgorithmicMedia, new string('c', 64), null), (read.Source, read.PhotoSha256, read.Seed));
    }

    [Fact]
    public async Task What_a_supervisor_opens_is_logged_once_and_what_its_owner_opens_is_not()
    {
        var (models, albums) = (_studio.App.Services.GetRequiredService<IModels>(), _studio.App.Services.GetRequiredService<IAlbums>());
        foreach (var who in (Viewer[])[_ada.Viewer, _sue.Viewer, _sue.Viewer, _tom.Viewer])
        {
            await models.FindAsync(who, _model.ModelId);
            await albums.FindAsync(who, _model.AlbumId);
        }
        Assert.Equal([("sue", "album", _model.AlbumId), ("sue", "model", _model.ModelId)], (await Audit.ReadAsync(_sue.Viewer, AuditActions.Viewed, 0)).Lines.Select(l => (l.Actor, l.Subject, l.SubjectId)).OrderBy(l => l.Subject));
        Assert.Empty((await Audit.ReadAsync(_tom.Viewer, AuditActions.Viewed, 0)).Lines);
    }

    [Fact]
    public async Task What_a_supervisor_sees_without_the_page_it_belongs_to_is_logged_once_too()
    {
        await using var hers = await EditorClient.ConnectAsync(_ada);
        var kept = await hers.SaveAsync((await hers.OpenAsync(_model.VersionId, "photo:3")).Session, "Turned", [10]);
        var (photo, job) = await AddPhotoAndJobAsync();
        var training = _studio.App.Services.GetRequiredService<ITraining>();
        using var http = _sue.Http();

        foreach (var kind in (string[])["thumb", "face"])
            await http.GetAsync($"/files/albums/{_model.AlbumId}/photos/{photo}/{kind}", Cancel);
        Assert.Empty(await ViewsAsync()); // what lists show
        await GetOftenAsync($"/files/albums/{_model.AlbumId}/photos/{photo}/full", $"/files/jobs/{job}/photo-0.webp", $"/files/versions/{_model.VersionId}/album/0001.png");
        (string, Guid)[] seen = [("album", _model.AlbumId), ("model", _model.ModelId), ("training", job)];
        Assert.Equal(seen, await ViewsAsync());
        await training.FindAsync(_sue.Viewer, job);
        await GetOftenAsync($"/files/edits/{kept.Id}/picture.webp");
        Assert.Equal(seen, await ViewsAsync());

        var other = await _studio.AddModelAsync(_ada.Viewer, SmallModel.Write);
        await using var client = await EditorClient.ConnectAsync(_sue);
        await client.OpenAsync(other.VersionId, "photo:1");
        Assert.Contains(("model", other.ModelId), await ViewsAsync());
        var (_, another) = await AddPhotoAndJobAsync();
        await training.FindAsync(_ada.Viewer, another);
        Assert.DoesNotContain(("training", another), await ViewsAsync());
        await training.FindAsync(_sue.Viewer, another);
        Assert.Contains(("training", another), await ViewsAsync());
        Assert.Equal(5, (await ViewsAsync()).Count);

        async Task<List<(string, Guid)>> ViewsAsync() => [.. (await Audit.ReadAsync(_sue.Viewer, AuditActions.Viewed, 0)).Lines.Select(l => (l.Subject, l.SubjectId)).OrderBy(l => l.Subject)];

        // As a page's pictures come: many at the same moment.
        async Task GetOftenAsync(params string[] addresses) => Assert.All(await Task.WhenAll(addresses.SelectMany(a => Enumerable.Repeat(a, 8)).Select(a => http.GetAsync(a, Cancel))), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }

    [Fact]
    public async Task The_log_has_pages_and_lets_nothing_be_changed_or_removed()
    {
        var log = _studio.App.Services.GetRequiredService<AuditLog>();
        for (var i = 0; i < 120; i++)
            await log.WriteAsync(_ada.Viewer, AuditActions.Exported, "version", _model.VersionId, $"{i}");
        var pages = new List<AuditPage>();
        for (var page = 0; page < 3; page++)
            pages.Add(await Audit.ReadAsync(_sue.Viewer, AuditActions.Exported, page));
        Assert.All(pages, page => Assert.Equal(3, page.Pages));
        Assert.Equal(Enumerable.Range(0, 120).Reverse().Select(i => $"Lea, Version 1: {i}"), pages.SelectMany(p => p.Lines).Select(l => l.Detail));
        await using var db = await DatabaseAsync();
        Assert.Contains("only added to", (await Assert.ThrowsAnyAsync<Exception>(() => db.AuditEntries.ExecuteDeleteAsync(Cancel))).Message);
        Assert.Contains("only added to", (await Assert.ThrowsAnyAsync<Exception>(() => db.AuditEntries.ExecuteUpdateAsync(set => set.SetProperty(e => e.Detail, ""), Cancel))).Message);
        Assert.Equal(120, await db.AuditEntries.CountAsync(e => e.Action == AuditActions.Exported, Cancel));
    }

    /// <summary>A photo of the album, and a training that is over; both with a file.</summary>
    private async Task<(Guid Photo, Guid Job)> AddPhotoAndJobAsync()
    {
        var folders = _studio.App.Services.GetRequiredService<DataFolders>();
        var photo = new Photo { AlbumId = _model.AlbumId, FileName = $"{Guid.NewGuid():N}.png", UploadSha256 = $"{Guid.NewGuid():N}{Guid.NewGuid():N}", ContentType = "image/png", Sha256 = new string('d', 64) };
        var job = new Job { OwnerId = _ada.Viewer.UserId, StudioId = _ada.Viewer.StudioId, RequestId = Guid.NewGuid(), AlbumId = _model.AlbumId, ModelId = _model.ModelId, Request = "{}", State = JobState.Succeeded, CreatedAt = DateTimeOffset.UtcNow };
        var picture = ImageEncoder.Encode(new RgbImage(8, 8, new byte[192]), ImageFormat.Png);
        foreach (var file in (string[])[PhotoPlace.Of(folders, _ada.Viewer.UserId, _model.AlbumId, photo.Id).Photo, Path.Combine(folders.Job(job.OwnerId, job.Id), "photo-0.webp")])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllBytesAsync(file, picture, Cancel);
        }
        await using var db = await DatabaseAsync();
        db.AddRange(photo, job);
        await db.SaveChangesAsync(Cancel);
        return (photo.Id, job.Id);
    }

    private Task<StudioDb> DatabaseAsync() => _studio.App.Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync(Cancel);

    private async Task DecideAsync(ReviewState decision) =>
        Assert.Null(await Reviews.DecideAsync(_sue.Viewer, Assert.Single((await Reviews.InboxAsync(_sue.Viewer, decided: false, 0)).Items).Id, decision, "because"));

    private async Task<bool> MayAsync(string address)
    {
        using var http = _ada.Http();
        var answer = await http.GetAsync(address, Cancel);
        Assert.Contains(answer.StatusCode, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.BadRequest]);
        return answer.IsSuccessStatusCode;
    }

    private async Task<string> SentenceAsync(string address)
    {
        using var http = _ada.Http();
        return await (await http.GetAsync(address, Cancel)).Content.ReadAsStringAsync(Cancel);
    }
}
