using System.Globalization;
using System.Numerics;

namespace WebStudio.Gpu.Faces.Curation;

/// <summary>
/// Goes through an album of one person (method.md section 1): finds the faces, makes out whose album it is, and decides on every photo with a reason. Photos are read
/// one at a time (twice, if used), so memory does not grow with their size.
/// </summary>
/// <param name="analyse">
/// The faces of a photo: measured now, or found in a store of earlier analyses (deciding anew then needs no device). Throws <see cref="InvalidInputException"/> for a photo that cannot be read.
/// </param>
/// <param name="options">Thresholds; null: as they are without any setting.</param>
public sealed class AlbumCurator(Func<AlbumPhoto, IReadOnlyList<FaceObservation>> analyse, CurationOptions? options = null)
{
    private readonly CurationOptions _options = options ?? new();

    /// <summary>Measures the photos itself.</summary>
    /// <param name="analyzer">Finds and measures faces; stays the caller's.</param>
    /// <param name="options">Thresholds; null: as they are without any setting.</param>
    public AlbumCurator(FaceAnalyzer analyzer, CurationOptions? options = null) : this(photo => analyzer.Analyze(photo.Read()), options)
    {
    }

    /// <summary>Decides on every photo.</summary>
    /// <param name="photos">The album; names must be unique.</param>
    /// <param name="overrides">The user's own decisions, which come before everything else.</param>
    /// <param name="progress">Told after every photo.</param>
    /// <param name="cancellation">Stops between two photos.</param>
    /// <exception cref="InvalidInputException">The overrides name a photo or a face that is not there.</exception>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public Album Curate(IReadOnlyList<AlbumPhoto> photos, CurationOverrides? overrides = null, IProgress<CurationProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (photos.Select(p => p.Name).Distinct(StringComparer.Ordinal).Count() != photos.Count)
            throw new ArgumentException("Two photos of the album have the same name.", nameof(photos));
        var drafts = photos.Select(p => new Draft(p)).ToArray();
        Apply(overrides ?? CurationOverrides.None, drafts);

        Step("analysing", drafts, drafts.Length, progress, cancellation, Analyse);
        var finder = new PersonFinder([.. drafts.Select(d => d.Faces)], _options);
        var references = finder.FindPerson(NamedFaces(drafts));
        for (var i = 0; i < drafts.Length; i++)
            Choose(drafts[i], i, finder, references);
        foreach (var draft in drafts.Where(d => d.Open))
            CheckFace(draft);
        Step("cutting out", [.. drafts.Where(d => d.Open)], drafts.Length, progress, cancellation, CutOut);
        RejectDuplicates(drafts);

        var used = drafts.Count(d => d.Open);
        var outcome = references > 0
            ? $"{used} of {photos.Count} photos are used; the person was made out from {references} clear faces."
            : NoPerson(drafts) + (used > 0 ? $" {used} photos are used because you said so." : "");
        return new([.. drafts.Select(d => d.Decide(_options.Alignment is not null))], references > 0, outcome);
    }

    private static void Apply(CurationOverrides overrides, Draft[] drafts)
    {
        var byName = drafts.ToDictionary(d => d.Photo.Name, StringComparer.Ordinal);
        foreach (var (name, decision) in overrides.Photos)
        {
            if (!byName.TryGetValue(name, out var draft))
                throw new InvalidInputException($"The overrides name the photo '{name}', which is not in the album ({drafts.Length} photos, {drafts.FirstOrDefault()?.Photo.Name} to {drafts.LastOrDefault()?.Photo.Name}).");
            draft.Override = decision;
        }
    }

    private static void Step(string step, IReadOnlyList<Draft> drafts, int total, IProgress<CurationProgress>? progress, CancellationToken cancellation, Action<Draft> action)
    {
        var done = total - drafts.Count;
        foreach (var draft in drafts)
        {
            cancellation.ThrowIfCancellationRequested();
            action(draft);
            progress?.Report(new(++done, total, step, draft.Photo.Name));
        }
    }

    private void Analyse(Draft draft)
    {
        if (draft.Override.Use == false)
        {
            draft.Close(PhotoVerdict.RejectedByHand, "left out by hand");
            return;
        }
        try
        {
            draft.Faces = analyse(draft.Photo);
        }
        catch (InvalidInputException e)
        {
            draft.Close(PhotoVerdict.Unreadable, e.Message);
            return;
        }
        if (draft.Override.Face is { } face && face >= draft.Faces.Count)
            throw new InvalidInputException($"The overrides choose face {face} of the photo '{draft.Photo.Name}', in which {draft.Faces.Count} faces were found (counted from 0).");
        if (draft.Faces.Count == 0 && draft.Override.Crop is null)
            draft.Close(PhotoVerdict.NoFace, draft.Override.Use == true ? "asked for by hand, but no face was found in it" : "no face was found");
    }

    private static AlbumFace[] NamedFaces(Draft[] drafts) =>
        [.. drafts.Select((d, i) => (d, i)).Where(e => e.d.Override.Face is not null && e.d.Faces.Count > 0).Select(e => new AlbumFace(e.i, e.d.Override.Face!.Value))];

    private void Choose(Draft draft, int photo, PersonFinder finder, int references)
    {
        if (!draft.Open || draft.Faces.Count == 0)
            return;
        if (references == 0 && !draft.Forced)
        {
            draft.Close(PhotoVerdict.OtherPerson, "nobody recurs in this album, so the person could not be made out; choose a face by hand");
            return;
        }
        var nearest = Enumerable.Range(0, draft.Faces.Count).Select(f => (Face: f, Distance: finder.DistancesOf(new(photo, f)))).MinBy(e => e.Distance.Person);
        // By hand comes first; then the person; a photo forced without naming a face takes whoever comes nearest.
        draft.Chosen = draft.Override.Face ?? finder.Choose(photo)?.Face ?? (draft.Forced ? nearest.Face : null);
        if (draft.Chosen is { } chosen)
        {
            draft.Distance = finder.DistancesOf(new(photo, chosen)).Person;
            return;
        }
        draft.Close(PhotoVerdict.OtherPerson, nearest.Distance.Person <= finder.MaxDistance
            ? Text($"looks more like somebody who stands beside the person in other photos (distance {nearest.Distance.Others:0.00}) than like the person ({nearest.Distance.Person:0.00})")
            : Text($"the person is not in it: the nearest of {draft.Faces.Count} faces is {nearest.Distance.Person:0.00} away, {finder.MaxDistance:0.00} is allowed"));
    }

    private void CheckFace(Draft draft)
    {
        var face = draft.Face;
        if (draft.Forced)
            return;
        if (face.Box.Size < _options.MinFaceSize)
            draft.Close(PhotoVerdict.TooSmall, Text($"the face is {face.Box.Size:0} px large, {_options.MinFaceSize:0} are asked for"));
        else if (face.Confidence < _options.MinConfidence)
            draft.Close(PhotoVerdict.Unclear, Text($"the face is turned away or covered: confidence {face.Confidence:0.00}, {_options.MinConfidence:0.00} is asked for"));
    }

    private void CutOut(Draft draft)
    {
        try
        {
            var photo = draft.Photo.Read();
            if (!draft.Forced && draft.Face.Landmarks.Skip(36).Any(p => p.X < 0 || p.Y < 0 || p.X > photo.Width || p.Y > photo.Height))
            {
                draft.Close(PhotoVerdict.OutOfFrame, "eyes or mouth reach outside the photo");
                return;
            }
            // The alignment counts pixel centres from 0, landmarks here from 0.5.
            draft.Aligned = draft.Override.Crop is { } crop ? FfhqAlignment.Align(photo, crop, _options.Alignment) : FfhqAlignment.Align(photo, [.. draft.Face.Landmarks.Select(p => p - new Vector2(0.5f))], _options.Alignment);
        }
        catch (InvalidInputException e)
        {
            draft.Close(PhotoVerdict.OutOfFrame, e.Message);
            return;
        }
        var quality = PictureQuality.Of(draft.Aligned.Image);
        draft.Quality = quality;
        draft.Hash = PerceptualHash.Of(draft.Aligned.Image);
        if (draft.Forced)
            return;
        if (quality.Sharpness < _options.MinSharpness)
            draft.Close(PhotoVerdict.Blurred, Text($"the face is blurred: sharpness {quality.Sharpness:0.000}, {_options.MinSharpness:0.000} is asked for"));
        else if (quality.Colorfulness < _options.MinColorfulness)
            draft.Close(PhotoVerdict.Grayscale, Text($"the photo has no colour: {quality.Colorfulness:0.0} levels, {_options.MinColorfulness:0.0} are asked for"));
    }

    private void RejectDuplicates(Draft[] drafts)
    {
        var kept = new List<Draft>();
        // What the user wants stays; of the rest, the larger and clearer picture.
        foreach (var draft in drafts.Where(d => d.Open).OrderByDescending(d => d.Forced).ThenByDescending(d => d.Chosen is null ? 0 : d.Face.Confidence * Math.Min(d.Face.Box.Size, 512)))
        {
            var twin = draft.Forced ? null : kept.Find(k => k.Chosen is not null && k.Face.DistanceTo(draft.Face) <= _options.MaxDuplicateDistance && k.Hash!.DistanceTo(draft.Hash!) <= _options.MaxDuplicateBits);
            if (twin is null)
                kept.Add(draft);
            else
                draft.Close(PhotoVerdict.NearDuplicate, $"nearly the same picture as {twin.Photo.Name}");
        }
    }

    private static string NoPerson(Draft[] drafts) => drafts.Count(d => d.Faces.Count > 0) switch
    {
        0 => $"No face was found in any of {drafts.Length} photos.",
        var with => $"Faces were found in {with} of {drafts.Length} photos, but nobody recurs: the album seems to show only different people. Choose a face by hand.",
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A decision in the making: open until something speaks against the photo.</summary>
    private sealed class Draft(AlbumPhoto photo)
    {
        private (PhotoVerdict Verdict, string Reason)? _closed;

        public AlbumPhoto Photo { get; } = photo;

        public PhotoOverride Override { get; set; } = new();

        public bool Forced => Override.Use == true || Override.Crop is not null;

        public bool Open => _closed is null;

        public IReadOnlyList<FaceObservation> Faces { get; set; } = [];

        public int? Chosen { get; set; }

        public FaceObservation Face => Faces[Chosen!.Value];

        public double? Distance { get; set; }

        public AlignedFace? Aligned { get; set; }

        public PictureQuality? Quality { get; set; }

        public PerceptualHash? Hash { get; set; }

        public void Close(PhotoVerdict verdict, string reason) => _closed = (verdict, reason);

        public PhotoDecision Decide(bool keepAligned)
        {
            var (verdict, reason) = _closed ?? (Forced ? (PhotoVerdict.UsedByHand, "used by hand") : (PhotoVerdict.Used, Text($"the person, {Face.Box.Size:0} px large (distance {Distance:0.00})")));
            var attributes = Chosen is null ? new Dictionary<FaceAttribute, AttributeReading>() : new Dictionary<FaceAttribute, AttributeReading>(Face.Attributes);
            if (Chosen is not null)
                foreach (var (attribute, value) in Override.Attributes)
                    attributes[attribute] = new(value, 1);
            return new()
            {
                Name = Photo.Name,
                Verdict = verdict,
                Reason = reason,
                Faces = Faces,
                ChosenFace = Chosen,
                Attributes = attributes,
                Tags = Override.Tags,
                PersonDistance = Distance,
                Quality = Quality,
                Aligned = keepAligned && Open ? Aligned : null,
            };
        }
    }
}
