using System.Globalization;
using WebStudio.Gpu.Personalization;

namespace WebStudio.Server.Verbs;

/// <summary>One state of a longer work, in words.</summary>
/// <param name="Stage">What is being done: training, curating.</param>
/// <param name="Unit">What is counted: pass, photo.</param>
/// <param name="Done">Units done.</param>
/// <param name="Total">Units in all; null while unknown.</param>
/// <param name="Elapsed">Time since the work began.</param>
/// <param name="Details">Figures, the most important first: where a line is too narrow, the last are left out.</param>
internal sealed record ProgressLine(string Stage, string Unit, int Done, int? Total, TimeSpan Elapsed, IReadOnlyList<string> Details)
{
    /// <summary>The status of a personalisation: losses, seconds per photo, time left, memory.</summary>
    public static ProgressLine Of(PersonalizationProgress status)
    {
        var unit = status.Stage == PersonalizationStage.Training ? "pass" : "photo";
        List<string> details = [];
        if (status.Remaining is { } remaining)
            details.Add($"ETA {Clock(remaining)}");
        AddNumber("perceptual", status.Perceptual);
        AddNumber("L2", status.L2);
        AddNumber("anchor", status.Anchor);
        if (double.IsFinite(status.SecondsPerPhoto))
            details.Add($"{status.SecondsPerPhoto.ToString("0.000", CultureInfo.InvariantCulture)} s/photo");
        if (status.ResidentBytes > 0)
            details.Add($"{(status.ResidentBytes / 1e9).ToString("0.00", CultureInfo.InvariantCulture)} GB");
        return new(status.Stage.ToString().ToLowerInvariant(), unit, status.Done, status.Total, status.Elapsed, details);

        void AddNumber(string name, double value)
        {
            if (double.IsFinite(value))
                details.Add($"{name} {value.ToString("0.0000", CultureInfo.InvariantCulture)}");
        }
    }

    /// <summary>Minutes and seconds, with hours where there are any: 4:07, 1:02:33.</summary>
    public static string Clock(TimeSpan time)
    {
        var whole = TimeSpan.FromSeconds(Math.Max(0, Math.Round(time.TotalSeconds)));
        return whole.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)whole.TotalHours}:{whole.Minutes:00}:{whole.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{whole.Minutes}:{whole.Seconds:00}");
    }
}
