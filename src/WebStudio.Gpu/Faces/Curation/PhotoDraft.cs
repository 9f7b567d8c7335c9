using System.Globalization;

namespace WebStudio.Gpu.Faces.Curation;

/// <summary>A decision in the making: open until something speaks against the photo.</summary>
internal sealed class PhotoDraft(AnalysedPhoto photo, PhotoOverride byHand)
{
    private readonly PhotoAnalysis _analysis = photo.Analysis;
    private (PhotoVerdict Verdict, string Reason)? _closed;
    private int? _chosen;
    private double? _distance;

    public string Name => photo.Name;

    public bool IsOpen => _closed is null;

    /// <summary>The user wants it, whatever the filters say; whoever sets points by hand wants it too.</summary>
    public bool Forced => byHand.Use ?? (byHand.Crop is not null);

    /// <summary>Points set by hand.</summary>
    public FacePoints? Points => byHand.Crop;

    /// <summary>Faces among which the person is looked for: none in a photo that is left out by hand.</summary>
    public IReadOnlyList<FaceObservation> Candidates { get; private set; } = [];

    /// <summary>The face that is the person because the user says so, by its number or by points set on it.</summary>
    public int? NamedFace { get; private set; }

    /// <summary>The face taken for the person: at the points set by hand, or the chosen one; null while there is neither.</summary>
    public FaceObservation? Face => AtPoints?.Observation ?? (_chosen is { } i ? Candidates[i] : null);

    /// <summary>How the face looks; null where it was not measured, or lies outside the photo.</summary>
    public FaceLook? Look => Points is not null && AtPoints is not null ? AtPoints.Look : _chosen is { } i ? _analysis.Faces[i].Look : null;

    /// <summary>What was seen at the points; null when they were set after the photo was analysed.</summary>
    private AnalysedPoints? AtPoints => Points is not null && _analysis.Points?.Points == Points ? _analysis.Points : null;

    public void Begin()
    {
        if (byHand.Use == false)
            Close(PhotoVerdict.RejectedByHand, "left out by hand");
        else if (_analysis.Problem is { } problem)
            Close(PhotoVerdict.Unreadable, problem);
        else
            Candidates = [.. _analysis.Faces.Select(f => f.Observation)];
        if (!IsOpen)
            return;
        if (byHand.Face is { } face && face >= Candidates.Count)
            throw new InvalidInputException($"The overrides choose face {face} of the photo '{Name}', in which {Candidates.Count} faces were found (counted from 0).");
        NamedFace = byHand.Face ?? (Points is { } points ? IndexOfFaceAt(points) : null);
        if (Candidates.Count == 0 && Points is null)
            Close(PhotoVerdict.NoFace, Forced ? "asked for by hand, but no face was found in it; set eyes and mouth by hand" : "no face was found");
    }

    public void Choose(int face, double distance) => (_chosen, _distance) = (face, distance);

    public void Close(PhotoVerdict verdict, string reason) => _closed = (verdict, reason);

    /// <summary>Size, confidence, frame, sharpness, colour; a photo the user wants must only lie in its frame.</summary>
    public void CheckFace(CurationOptions options)
    {
        if (!Forced)
            CheckFace(Face!, options);
        if (IsOpen && Look is null && (Points is null || AtPoints is not null))
            Close(PhotoVerdict.OutOfFrame, "the face lies outside the photo");
        else if (IsOpen && !Forced)
            CheckPicture(Look!.Quality, options);
    }

    public PhotoDecision Decide()
    {
        var (verdict, reason) = _closed ?? (!Forced ? (PhotoVerdict.Used, Text($"the person, {Face!.Box.Size:0} px large (distance {_distance:0.00})"))
            : (PhotoVerdict.UsedByHand, Points is null ? "used by hand" : "cut out by hand"));
        return new()
        {
            Name = Name,
            Verdict = verdict,
            Reason = reason,
            Faces = [.. _analysis.Faces.Select(f => f.Observation)],
            ChosenFace = _chosen,
            Attributes = Attributes(),
            Tags = byHand.Tags,
            PersonDistance = _distance,
            Quality = Look?.Quality,
            Crop = Points,
        };
    }

    private Dictionary<FaceAttribute, AttributeReading> Attributes()
    {
        if (Face is null && (Points is null || !IsOpen))
            return [];
        // Without a face that can be measured every attribute is unknown: confidence 0.
        var attributes = Face is { } face ? new Dictionary<FaceAttribute, AttributeReading>(face.Attributes) : Enum.GetValues<FaceAttribute>().ToDictionary(a => a, _ => default(AttributeReading));
        foreach (var (attribute, value) in byHand.Attributes)
            attributes[attribute] = new(value, 1);
        return attributes;
    }

    private void CheckFace(FaceObservation face, CurationOptions options)
    {
        if (face.Box.Size < options.MinFaceSize)
            Close(PhotoVerdict.TooSmall, Text($"the face is {face.Box.Size:0} px large, {options.MinFaceSize:0} are asked for"));
        else if (face.Confidence < options.MinConfidence)
            Close(PhotoVerdict.Unclear, Text($"the face is turned away or covered: confidence {face.Confidence:0.00}, {options.MinConfidence:0.00} is asked for"));
        else if (face.Landmarks.Skip(36).Any(p => p.X < 0 || p.Y < 0 || p.X > _analysis.Width || p.Y > _analysis.Height))
            Close(PhotoVerdict.OutOfFrame, "eyes or mouth reach outside the photo");
    }

    private void CheckPicture(PictureQuality quality, CurationOptions options)
    {
        if (quality.Sharpness < options.MinSharpness)
            Close(PhotoVerdict.Blurred, Text($"the face is blurred: sharpness {quality.Sharpness:0.000}, {options.MinSharpness:0.000} is asked for"));
        else if (quality.Colorfulness < options.MinColorfulness)
            Close(PhotoVerdict.Grayscale, Text($"the photo has no colour: {quality.Colorfulness:0.0} levels, {options.MinColorfulness:0.0} are asked for"));
    }

    private int? IndexOfFaceAt(FacePoints points)
    {
        var at = points.Center;
        for (var i = 0; i < Candidates.Count; i++)
            if (Candidates[i].Box is var box && at.X >= box.Left && at.X <= box.Right && at.Y >= box.Top && at.Y <= box.Bottom)
                return i;
        return null;
    }

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
