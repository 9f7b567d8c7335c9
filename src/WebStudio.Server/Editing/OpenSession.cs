using System.Diagnostics;
using WebStudio.Gpu;
using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Imaging;

namespace WebStudio.Server.Editing;

/// <summary>One editor's session: a model in use, a starting point, and the newest slider values. While a picture is made, only the newest request waits for it.</summary>
internal sealed class OpenSession(Guid id, Guid version, StartingPoint start, ModelCache.Lease lease, EditSession session, FaceLikeness likeness, int preview, TimeProvider time)
{
    // Further than this from the gallery's hull (in units of the gallery's spread) the person gets lost.
    private const double FarOutside = 0.25;
    private const int PreviewQuality = 88, FullQuality = 95;

    private readonly Lock _gate = new();
    private (long Seq, double[] Values, bool Full)? _waiting;
    private bool _busy, _closed;
    private float[]? _original; // embedding of the face that edits are measured against

    public Guid Id => id;

    public Guid Version => version;

    public StartingPoint Start => start;

    public DateTimeOffset UsedAt { get; private set; } = time.GetUtcNow();

    /// <summary>Takes a request; true when the caller is to render until nothing waits.</summary>
    public bool Submit(long seq, double[] values, bool full)
    {
        lock (_gate)
        {
            UsedAt = time.GetUtcNow();
            _waiting = (seq, values, full); // what waited before is out of date
            if (_busy)
                return false;
            return _busy = true;
        }
    }

    /// <summary>Renders what waits; null when nothing does, and then the session is free. On the device thread.</summary>
    public Frame? RenderNewest()
    {
        (long Seq, double[] Values, bool Full) request;
        lock (_gate)
        {
            if (_closed || _waiting is not { } waiting)
            {
                _busy = false;
                return null;
            }
            (request, _waiting) = (waiting, null);
        }
        var clock = Stopwatch.StartNew();
        var coordinates = SliderValues.ToCoordinates(lease.Model, session, request.Values);
        var image = session.Render(coordinates, request.Full ? null : preview);
        var bytes = ImageEncoder.Encode(image, ImageFormat.Jpeg, request.Full ? FullQuality : PreviewQuality);
        var outside = request.Full && session.Outside(coordinates) > FarOutside;
        var identity = request.Full ? Identity(image) : double.NaN;
        return new(id, request.Seq, bytes, "image/jpeg", image.Width, image.Height, clock.Elapsed.TotalMilliseconds, outside, identity);
    }

    /// <summary>Against the photo; against the starting picture where there is no photo.</summary>
    private double Identity(RgbImage image)
    {
        _original ??= likeness.Embed(session.Original ?? session.Render([.. session.Start]));
        return FaceLikeness.Similarity(_original, likeness.Embed(image));
    }

    /// <summary>The picture at full size as a file. On the device thread.</summary>
    /// <exception cref="InvalidInputException">The session has ended, or the values are not this model's.</exception>
    public byte[] Encode(double[] values, ImageFormat format) => _closed
        ? throw new InvalidInputException("This session has ended: open it again.")
        : ImageEncoder.Encode(session.Render(SliderValues.ToCoordinates(lease.Model, session, values)), format, FullQuality);

    /// <summary>Gives the model back. On the device thread.</summary>
    public void Close()
    {
        lock (_gate)
            _closed = true; // what still waits finds nothing to render with
        session.Dispose();
        lease.Dispose();
    }
}
