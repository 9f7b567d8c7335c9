using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Reviews;
using WebStudio.Gpu.Imaging.Provenance;
using WebStudio.Server.Data;
using WebStudio.Server.Tests.Editing;

namespace WebStudio.Server.Tests.Reviews;

/// <summary>Who reviews what, what an approval opens, what is told and what is written down; on the real server.</summary>
public sealed class ReviewTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private EditingStudio _studio = null!;
    private Member _ada = null!, _sue = null!, _other = null!;
    private SeededModel _model = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IReviews Reviews => _studio.App.Services.GetRequiredService<IReviews>();

    private INotices Notices => _studio.App.Services.GetRequiredService<INotices>();

    public async ValueTask InitializeAsync()
    {
        _studio = await EditingStudio.StartAsync(_folder.Path);
        (_ada, _sue, _other) = (await _studio.JoinAsync("ada"), await _studio.JoinAsync("sue", [StudioRoles.Supervisor]), await _studio.JoinAsync("max", [StudioRoles.Supervisor], "Another studio"));
        _model = await _studio.AddModelAsync(_ada.Viewer, SmallModel.Write);
    }

    public async ValueTask DisposeAsync()
    {
        await _studio.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_version_is_sent_back_changed_sent_again_and_approved_and_both_sides_are_told()
    {
        Assert.Null(await Reviews.SendAsync(_ada.Viewer, _model.VersionId, "The first one"));
        Assert.Contains("waits for its review already", await Reviews.SendAsync(_ada.Viewer, _model.VersionId, "")!, StringComparison.Ordinal);
        Assert.Contains("waits for a review", Assert.Single(await Notices.ListAsync(_sue.Viewer)).Text, StringComparison.Ordinal);
        var waiting = Assert.Single(await Reviews.InboxAsync(_sue.Viewer, decided: false));
        Assert.Equal(("The first one", "ada", true), (waiting.Note, waiting.Author, waiting.MayDecide));

        Assert.Contains("Say what", await Reviews.DecideAsync(_sue.Viewer, waiting.Id, ReviewState.SentBack, " ")!, StringComparison.Ordinal);
        Assert.Null(await Reviews.DecideAsync(_sue.Viewer, waiting.Id, ReviewState.SentBack, "Too dark."));
        Assert.Contains("Somebody else", await Reviews.DecideAsync(_sue.Viewer, waiting.Id, ReviewState.Approved, "")!, StringComparison.Ordinal);
        var told = Assert.Single(await Notices.ListAsync(_ada.Viewer));
        Assert.Equal(("Lea, Version 1, was sent back: Too dark.", $"/models/{_model.ModelId}", false), (told.Text, told.Href, told.IsRead));
        await Notices.ReadAsync(_ada.Viewer, told.Id);
        Assert.True(Assert.Single(await Notices.ListAsync(_ada.Viewer)).IsRead);

        Assert.Null(await Reviews.SendAsync(_ada.Viewer, _model.VersionId, "Brighter"));
        var again = Assert.Single(await Reviews.InboxAsync(_sue.Viewer, decided: false));
        Assert.Null(await Reviews.DecideAsync(_sue.Viewer, again.Id, ReviewState.Approved, ""));
        var detail = (await Reviews.FindAsync(_sue.Viewer, again.Id))!;
        Assert.Equal([ReviewState.Approved, ReviewState.SentBack], detail.History.Select(h => h.State)); // the history stays
        Assert.Null(detail.WithoutConsent);
        Assert.Equal("Lea: portraits", detail.Consent);
    }

    [Fact]
    public async Task Only_supervisors_of_the_same_studio_decide_and_nobody_their_own()
    {
        await Reviews.SendAsync(_ada.Viewer, _model.VersionId, "");
        var review = Assert.Single(await Reviews.InboxAsync(_sue.Viewer, decided: false));
        Assert.Empty(await Reviews.InboxAsync(_ada.Viewer, decided: false));
        Assert.Empty(await Reviews.InboxAsync(_other.Viewer, decided: false));
        Assert.Null(await Reviews.FindAsync(_other.Viewer, review.Id));
        foreach (var member in (Member[])[_ada, _other])
            Assert.NotNull(await Reviews.DecideAsync(member.Viewer, review.Id, ReviewState.Approved, ""));
        var own = await _studio.AddModelAsync(_sue.Viewer, SmallModel.Write);
        await Reviews.SendAsync(_sue.Viewer, own.VersionId, "");
        Assert.Contains("their own work", await Reviews.DecideAsync(_sue.Viewer, (await Reviews.InboxAsync(_sue.Viewer, false)).Single(r => r.VersionId == own.VersionId).Id, ReviewState.Approved, "")!, StringComparison.Ordinal);
        Assert.NotNull(await Reviews.SendAsync(_sue.Viewer, _model.VersionId, "")); // nor sends others'
    }

    [Fact]
    public async Task Where_approval_is_required_only_approved_versions_are_exported_and_all_of_it_is_in_the_log()
    {
        using var http = _ada.Http();
        var address = $"/files/versions/{_model.VersionId}/picture?start=photo:1&values=10,&format=png&name=Lea&label=true";
        await Reviews.RequireApprovalAsync(_ada.Viewer, true); // a member cannot
        Assert.False(await Reviews.ApprovalRequiredAsync(_ada.Viewer));
        var free = await http.GetByteArrayAsync(address, Cancel);
        var said = PictureXmp.Read(free)!;
        Assert.Equal((DigitalSource.CompositeWithTrainedAlgorithmicMedia, "edit", _model.VersionId.ToString()), (said.Source, said.Method, said.ModelVersion));
        Assert.Equal(10, said.Coordinates["yaw"], 1e-3);

        await Reviews.RequireApprovalAsync(_sue.Viewer, true);
        var refused = await http.GetAsync(address, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("not approved", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        await Reviews.SendAsync(_ada.Viewer, _model.VersionId, "");
        var review = Assert.Single(await Reviews.InboxAsync(_sue.Viewer, decided: false));
        await Reviews.FindAsync(_sue.Viewer, review.Id);
        await Reviews.DecideAsync(_sue.Viewer, review.Id, ReviewState.Approved, "");
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(address, Cancel)).StatusCode);

        var audit = _studio.App.Services.GetRequiredService<IAudit>();
        var log = await audit.ReadAsync(_sue.Viewer, null, 0);
        Assert.Equal(["exported", "approved", "viewed", "sent for review", "setting changed", "exported"], log.Lines.Select(l => l.Action));
        Assert.Equal(["ada", "sue", "sue", "ada", "sue", "ada"], log.Lines.Select(l => l.Actor));
        Assert.Equal(2, (await audit.ReadAsync(_sue.Viewer, "exported", 0)).Lines.Count);
        Assert.Empty((await audit.ReadAsync(_ada.Viewer, null, 0)).Lines);
        Assert.Empty((await audit.ReadAsync(_other.Viewer, null, 0)).Lines);
    }

    [Fact]
    public async Task A_consent_that_ran_out_stops_exports()
    {
        await using (var db = await _studio.App.Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync(Cancel))
        {
            var album = await db.Albums.SingleAsync(a => a.Id == _model.AlbumId, Cancel);
            album.Consent = new() { GivenBy = "Lea", Scope = "portraits", Until = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-1), RecordedAt = DateTimeOffset.UtcNow };
            await db.SaveChangesAsync(Cancel);
        }
        var answer = await _ada.Http().GetAsync($"/files/versions/{_model.VersionId}/picture?start=portrait:4&format=jpeg", Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("consent of Lea ended", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }
}
