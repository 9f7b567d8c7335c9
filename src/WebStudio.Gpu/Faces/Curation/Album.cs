namespace WebStudio.Gpu.Faces.Curation;

/// <summary>A curated album: one decision for every photo, in the album's order.</summary>
/// <param name="Photos">The decisions.</param>
/// <param name="PersonFound">Whether one person could be made out; if not, <paramref name="Outcome"/> says why and no photo is used but those forced by hand.</param>
/// <param name="Outcome">The album in a sentence.</param>
public sealed record Album(IReadOnlyList<PhotoDecision> Photos, bool PersonFound, string Outcome)
{
    /// <summary>The photos in use.</summary>
    public IEnumerable<PhotoDecision> Used => Photos.Where(p => p.IsUsed);

    /// <summary>The photos left out.</summary>
    public IEnumerable<PhotoDecision> Rejected => Photos.Where(p => !p.IsUsed);
}

/// <summary>How far a curation is.</summary>
/// <param name="Done">Photos finished in this step.</param>
/// <param name="Total">Photos of the album.</param>
/// <param name="Step">What is being done: "analysing" or "cutting out".</param>
/// <param name="Photo">The photo just finished.</param>
public readonly record struct CurationProgress(int Done, int Total, string Step, string Photo);
