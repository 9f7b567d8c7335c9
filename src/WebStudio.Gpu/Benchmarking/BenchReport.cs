using System.Globalization;
using System.Text;

namespace WebStudio.Gpu.Benchmarking;

/// <summary>One measured quantity, ours beside the plain formulation, taken in turns in one process.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Unit">ms or MB.</param>
/// <param name="Fast">Least of the rounds for the fast path.</param>
/// <param name="FastMedian">Median of the rounds.</param>
/// <param name="Plain">Least of the rounds for the plain formulation.</param>
/// <param name="PlainMedian">Median of the rounds.</param>
public sealed record BenchLine(string What, string Unit, double Fast, double FastMedian, double Plain, double PlainMedian)
{
    /// <summary>Plain over fast, by the least times: how many times faster (or smaller) the fast path is.</summary>
    public double Ratio => Plain / Fast;
}

/// <summary>What the quick benchmark found.</summary>
/// <param name="Machine">Processor, device, threads.</param>
/// <param name="Precision">Precision of the fast path's convolutions.</param>
/// <param name="Lines">The table.</param>
/// <param name="PeakMegabytes">Highest resident memory of the whole process, VmHWM.</param>
public sealed record BenchReport(string Machine, string Precision, IReadOnlyList<BenchLine> Lines, double PeakMegabytes)
{
    /// <summary>The table for a terminal or a log.</summary>
    public string ToTable()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Machine}; fast path in {Precision}, plain formulation in float32; least (median) of interleaved rounds");
        var width = Math.Max(8, Lines.Select(l => l.What.Length).DefaultIfEmpty(0).Max());
        text.AppendLine(CultureInfo.InvariantCulture, $"{"".PadRight(width)}  {"fast",20}  {"plain",20}  {"ratio",7}");
        foreach (var line in Lines)
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{line.What.PadRight(width)}  {Cell(line.Fast, line.FastMedian, line.Unit),20}  {Cell(line.Plain, line.PlainMedian, line.Unit),20}  {line.Ratio,6:f2}x");
        text.Append(CultureInfo.InvariantCulture, $"Peak memory of this process: {PeakMegabytes:f0} MB");
        return text.ToString();
    }

    private static string Cell(double least, double median, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{least:f1} ({median:f1}) {unit}");
}
