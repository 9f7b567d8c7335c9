using WebStudio.Components.Models;
using WebStudio.Gpu.Evaluation;

namespace WebStudio.Components.Tests.Models;

/// <summary>Versions as the page gets them.</summary>
internal static class Reports
{
    public static readonly ModelReport Report = new()
    {
        Photos = 23,
        Passes = 40,
        Seconds = 960,
        SecondsPerPhoto = 0.1,
        PeakMemory = 0,
        Perceptual = "own",
        Axes = "",
        Start = new(21.5, 0.4, 0.5),
        Inverted = new(24, 0.3, 0.6),
        Final = new(27.3, 0.2, 0.81),
        GalleryIdentity = 0.74,
        Attributes = [Axis("yaw", 0.98) with { Minimum = -30, Maximum = 28, Unit = "°" }, Axis("smile", 0.85) with { Minimum = 0, Maximum = 90, Unit = "%" }, Axis("glasses", 0.3)],
    };

    public static AxisFigures Axis(string attribute, double order) => new()
    {
        Attribute = attribute,
        Component = 0,
        ComponentCosine = 1,
        Levels = 5,
        SpreadBefore = 0.5,
        SpreadAfter = 0.1,
        RankCorrelationBefore = 0.5,
        RankCorrelation = order,
        DeviationKept = 1,
        Minimum = 0,
        Maximum = 1,
        Unit = "",
    };

    public static VersionView Version(int number, bool current = false, bool endedEarly = false) =>
        new(Guid.NewGuid(), $"Version {number}", new(2026, 3, number, 12, 0, 0, TimeSpan.Zero), 34_000_000, current, endedEarly, Report);
}
