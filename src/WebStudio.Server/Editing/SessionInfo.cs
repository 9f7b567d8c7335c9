namespace WebStudio.Server.Editing;

/// <summary>A slider of an attribute, in its unit.</summary>
/// <param name="Name">Name as files call it.</param>
/// <param name="Label">Name as pages call it.</param>
/// <param name="Unit">°, %, years; empty for tags.</param>
/// <param name="Minimum">Least value of the gallery.</param>
/// <param name="Maximum">Greatest value of the gallery.</param>
/// <param name="Value">Value of the starting point.</param>
/// <param name="Ticks">Values of the photos.</param>
/// <param name="Labels">Words for the values of a tag; empty for measured attributes.</param>
public sealed record SliderInfo(string Name, string Label, string Unit, double Minimum, double Maximum, double Value, IReadOnlyList<double> Ticks, IReadOnlyList<string> Labels);

/// <summary>An open editing session as the page gets it.</summary>
/// <param name="Session">Its id, for the calls that follow.</param>
/// <param name="Attributes">Sliders with a name.</param>
/// <param name="Free">Sliders without one.</param>
/// <param name="Resolution">Side of full pictures.</param>
/// <param name="Preview">Side of pictures while a slider moves.</param>
/// <param name="HasPhoto">The face can be put back into a whole photo.</param>
public sealed record SessionInfo(Guid Session, IReadOnlyList<SliderInfo> Attributes, IReadOnlyList<SliderInfo> Free, int Resolution, int Preview, bool HasPhoto);

/// <summary>A kept edit as the page gets it.</summary>
/// <param name="Id">The edit.</param>
/// <param name="Name">As its owner calls it.</param>
/// <param name="Version">Version it was made with.</param>
/// <param name="Start">Starting point: photo:3 or portrait:17.</param>
/// <param name="Values">Slider values, attributes then free components; NaN where untouched.</param>
/// <param name="Review">Its last review; null before the first.</param>
/// <param name="ReviewState">Where that stands: Waiting, Approved, SentBack, Rejected; empty before the first.</param>
public sealed record EditInfo(Guid Id, string Name, Guid Version, string Start, double[] Values, Guid? Review, string ReviewState);

/// <summary>A picture on its way to the page.</summary>
/// <param name="Session">The session it belongs to.</param>
/// <param name="Seq">The request it answers.</param>
/// <param name="Bytes">The file.</param>
/// <param name="ContentType">Its type.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Milliseconds">Time on the device and for encoding.</param>
/// <param name="Outside">Full pictures only: the sliders stand so far from the album that the person may get lost.</param>
/// <param name="Identity">Full pictures only, NaN otherwise: cosine similarity of the face to that of the photo, −1 to 1.</param>
public sealed record Frame(Guid Session, long Seq, byte[] Bytes, string ContentType, int Width, int Height, double Milliseconds, bool Outside, double Identity);
