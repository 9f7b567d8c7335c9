using System.Globalization;

namespace WebStudio.Gpu.Faces.Curation;

/// <summary>A photo of an album as it was analysed.</summary>
/// <param name="Name">Its name in the album, unique.</param>
/// <param name="Analysis">What was seen in it.</param>
public sealed record AnalysedPhoto(string Name, PhotoAnalysis Analysis);

/// <summary>
/// Decides on every photo of an album of one person (method.md section 1), each with its reason: makes out whose album it is, sets aside what does not help, keeps one of each
/// group of near-duplicates. It works on analyses alone, so the same analyses and the same words of the user always give the same decisions.
/// </summary>
/// <param name="options">Thresholds; null: as they are without any setting.</param>
public sealed class AlbumDecider(CurationOptions? options = null)
{
    private readonly CurationOptions _options = options ?? new();

    /// <summary>Decides on every photo.</summary>
    /// <param name="photos">The album; names must be unique.</param>
    /// <param name="overrides">The user's own decisions, which come before everything else.</param>
    /// <exception cref="InvalidInputException">The overrides name a photo or a face that is not there.</exception>
    public Album Decide(IReadOnlyList<AnalysedPhoto> photos, CurationOverrides? overrides = null)
    {
        overrides ??= CurationOverrides.None;
        overrides.RequireIn([.. photos.Select(p => p.Name)]);
        var drafts = photos.Select(p => new PhotoDraft(p, overrides.Photos.GetValueOrDefault(p.Name) ?? new())).ToArray();
        foreach (var draft in drafts)
            draft.Begin();

        var finder = new PersonFinder([.. drafts.Select(d => d.Candidates)], _options);
        var references = finder.FindPerson([.. drafts.Select((d, i) => (d, i)).Where(e => e.d.NamedFace is not null).Select(e => new AlbumFace(e.i, e.d.NamedFace!.Value))]);
        for (var i = 0; i < drafts.Length; i++)
            if (drafts[i].IsOpen)
                Choose(drafts[i], i, finder, references);
        foreach (var draft in drafts.Where(d => d.IsOpen))
            draft.CheckFace(_options);
        RejectDuplicates(drafts);

        var used = drafts.Count(d => d.IsOpen);
        var outcome = references > 0
            ? $"{used} of {photos.Count} photos are used; the person was made out from {references} clear faces."
            : NoPerson(drafts) + (used > 0 ? $" {used} photos are used because you said so." : "");
        return new([.. drafts.Select(d => d.Decide())], references > 0, outcome);
    }

    private static void Choose(PhotoDraft draft, int photo, PersonFinder finder, int references)
    {
        if (references == 0 && !draft.Forced)
        {
            draft.Close(PhotoVerdict.OtherPerson, "nobody recurs in this album, so the person could not be made out; choose a face by hand");
            return;
        }
        if (draft.Candidates.Count == 0)
            return; // cut out by hand where no face was found
        var nearest = Enumerable.Range(0, draft.Candidates.Count).Select(f => (Face: f, Distance: finder.DistancesOf(new(photo, f)))).MinBy(e => e.Distance.Person);
        // By hand comes first; then the person; a photo forced without naming a face takes whoever comes nearest.
        var chosen = draft.NamedFace ?? (draft.Points is not null ? null : finder.Choose(photo)?.Face ?? (draft.Forced ? nearest.Face : null));
        if (chosen is { } face)
            draft.Choose(face, finder.DistancesOf(new(photo, face)).Person);
        else if (draft.Points is null)
            draft.Close(PhotoVerdict.OtherPerson, nearest.Distance.Person <= finder.MaxDistance
                ? PhotoDraft.Text($"looks more like somebody who stands beside the person in other photos (distance {nearest.Distance.Others:0.00}) than like the person ({nearest.Distance.Person:0.00})")
                : PhotoDraft.Text($"the person is not in it: the nearest of {draft.Candidates.Count} faces is {nearest.Distance.Person:0.00} away, {finder.MaxDistance:0.00} is allowed"));
    }

    private void RejectDuplicates(PhotoDraft[] drafts)
    {
        var kept = new List<PhotoDraft>();
        // What the user wants stays; of the rest, the larger and clearer picture.
        foreach (var draft in drafts.Where(d => d.IsOpen).OrderByDescending(d => d.Forced).ThenByDescending(d => d.Face is { } face ? face.Confidence * Math.Min(face.Box.Size, 512) : 0))
        {
            var twin = draft.Forced ? null : kept.Find(k => AreNearlyTheSame(k, draft));
            if (twin is null)
                kept.Add(draft);
            else
                draft.Close(PhotoVerdict.NearDuplicate, $"nearly the same picture as {twin.Name}");
        }
    }

    private bool AreNearlyTheSame(PhotoDraft a, PhotoDraft b) =>
        a is { Face: { } face, Look: { } look } && b is { Face: { } otherFace, Look: { } otherLook }
        && face.DistanceTo(otherFace) <= _options.MaxDuplicateDistance && look.Hash.DistanceTo(otherLook.Hash) <= _options.MaxDuplicateBits;

    private static string NoPerson(PhotoDraft[] drafts) => drafts.Count(d => d.Candidates.Count > 0) switch
    {
        0 => $"No face was found in any of {drafts.Length.ToString(CultureInfo.InvariantCulture)} photos.",
        var with => $"Faces were found in {with} of {drafts.Length} photos, but nobody recurs: the album seems to show only different people. Choose a face by hand.",
    };
}
