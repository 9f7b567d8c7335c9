using WebStudio.Components.Access;
using WebStudio.Components.Reviews;
using WebStudio.Components.Tests.Models;

namespace WebStudio.Components.Tests.Reviews;

/// <summary>Reviews in memory.</summary>
internal sealed class KnownReviews : IReviews
{
    private readonly List<ReviewView> _all = [];

    public List<Guid> Sent { get; } = [];

    /// <summary>What is said of reviews of kept edits, by review.</summary>
    public Dictionary<Guid, ReviewedEdit> Edits { get; } = [];

    public string? WithoutConsent { get; set; }

    public bool Required { get; private set; }

    public IReadOnlyList<ReviewView> All => _all;

    public ReviewView Add(Guid version, string model = "Lea", string author = "Ada", bool mayDecide = true)
    {
        var review = new ReviewView(Guid.NewGuid(), Guid.NewGuid(), version, model, "Version 1", "Lea", author, ReviewState.Waiting, "", "", DateTimeOffset.UnixEpoch, null, "", mayDecide);
        _all.Insert(0, review);
        return review;
    }

    /// <summary>A kept edit that waits.</summary>
    public ReviewView AddEdit(string name, ReviewedEdit edit)
    {
        var review = Add(Guid.NewGuid()) with { EditId = edit.Id, EditName = name };
        _all[0] = review;
        Edits[review.Id] = edit;
        return review;
    }

    public void Decide(Guid version, ReviewState state, string comment)
    {
        var at = _all.FindIndex(r => r.VersionId == version);
        _all[at] = _all[at] with { State = state, Comment = comment, Supervisor = "Sue", MayDecide = false };
    }

    public Task<string?> SendAsync(Viewer viewer, Guid version, string note)
    {
        Sent.Add(version);
        Add(version);
        return Task.FromResult<string?>(null);
    }

    public Task<string?> SendEditAsync(Viewer viewer, Guid edit, string note) => throw new NotSupportedException("The editor sends edits, over the hub.");

    /// <summary>Reviews of a page.</summary>
    public int PageSize { get; set; } = 25;

    public Task<Paged<ReviewView>> InboxAsync(Viewer viewer, bool decided, int page) => Task.FromResult(Pages.Of([.. _all.Where(r => decided == (r.State != ReviewState.Waiting))], page, PageSize));

    public Task<ReviewDetail?> FindAsync(Viewer viewer, Guid review) => Task.FromResult(_all.Find(r => r.Id == review) is { } found ? new ReviewDetail(found, Reports.Version(1).Report, WithoutConsent, "Lea: portraits", [found], Edits.GetValueOrDefault(review)) : null);

    public Task<IReadOnlyList<ReviewView>> OfModelAsync(Viewer viewer, Guid model) => Task.FromResult<IReadOnlyList<ReviewView>>([.. _all]);

    public Task<string?> DecideAsync(Viewer viewer, Guid review, ReviewState decision, string comment)
    {
        if (decision != ReviewState.Approved && comment.Length == 0)
            return Task.FromResult<string?>("Say what is to be changed: the author sees it.");
        Decide(_all.Find(r => r.Id == review)!.VersionId, decision, comment);
        return Task.FromResult<string?>(null);
    }

    public Task<bool> ApprovalRequiredAsync(Viewer viewer) => Task.FromResult(Required);

    public Task RequireApprovalAsync(Viewer viewer, bool required)
    {
        Required = required;
        return Task.CompletedTask;
    }
}
