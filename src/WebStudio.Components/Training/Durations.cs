using System.Globalization;

namespace WebStudio.Components.Training;

/// <summary>Times as people say them.</summary>
public static class Durations
{
    /// <summary>"40 seconds", "3 minutes", "1 h 20 min".</summary>
    public static string Rough(TimeSpan time) => time.TotalSeconds < 90
        ? $"{Math.Max(5, Math.Round(time.TotalSeconds / 5) * 5).ToString(CultureInfo.InvariantCulture)} seconds"
        : time.TotalMinutes < 60
            ? $"{Math.Round(time.TotalMinutes).ToString(CultureInfo.InvariantCulture)} minutes"
            : $"{(int)time.TotalHours} h {time.Minutes} min";

    /// <summary>Minutes and seconds: 4:07, 1:02:33.</summary>
    public static string Clock(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Max(0, Math.Round(seconds)));
        return time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
    }
}
