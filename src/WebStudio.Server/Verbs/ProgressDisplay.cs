namespace WebStudio.Server.Verbs;

/// <summary>
/// Shows progress. On a terminal: one live line, rewritten in place, never wider than the window, in ASCII alone. Elsewhere: whole lines,
/// one every few seconds and one for each new stage. Not thread-safe.
/// </summary>
/// <param name="output">Where to.</param>
/// <param name="width">Columns of the terminal at this moment; null where there is none.</param>
internal sealed class ProgressDisplay(TextWriter output, Func<int>? width)
{
    private static readonly TimeSpan LiveInterval = TimeSpan.FromSeconds(0.1), PlainInterval = TimeSpan.FromSeconds(5);
    private const int Bar = 20, NarrowestBar = 5;

    private string? _stage;
    private TimeSpan _shown;
    private int _liveLength;

    /// <summary>Shows a state, unless the one before is too fresh and of the same stage.</summary>
    public void Show(ProgressLine line)
    {
        var interval = width is null ? PlainInterval : LiveInterval;
        var last = line.Total is { } total && line.Done >= total;
        if (line.Stage == _stage && !last && line.Elapsed - _shown < interval)
            return;
        (_stage, _shown) = (line.Stage, line.Elapsed);
        if (width is null)
        {
            output.WriteLine($"{ProgressLine.Clock(line.Elapsed),7}  {string.Join("  ", [Head(line), .. line.Details])}");
            output.Flush();
            return;
        }
        // One column stays free: writing into the last one makes some terminals wrap.
        var columns = Math.Max(1, width() - 1);
        var text = Fit(line, columns);
        output.Write("\r" + text + new string(' ', Math.Clamp(_liveLength - text.Length, 0, columns - text.Length)));
        output.Flush();
        _liveLength = text.Length;
    }

    /// <summary>Leaves a live line, so that whatever is written next starts on a line of its own.</summary>
    public void Break()
    {
        if (_liveLength == 0)
            return;
        output.WriteLine();
        output.Flush();
        _liveLength = 0;
    }

    private static string Head(ProgressLine line) => line.Total is { } total ? $"{line.Stage} {line.Unit} {line.Done}/{total}" : $"{line.Stage} {line.Unit} {line.Done}";

    private static string Fit(ProgressLine line, int columns)
    {
        var text = Head(line);
        var bar = line.Total is > 0 && text.Length + 3 + NarrowestBar <= columns ? NarrowestBar : 0;
        var barColumns = bar == 0 ? 0 : bar + 3;
        var details = "";
        foreach (var detail in line.Details)
        {
            if (text.Length + barColumns + details.Length + 2 + detail.Length > columns)
                break;
            details += $"  {detail}";
        }
        if (bar > 0)
        {
            bar = Math.Min(Bar, columns - text.Length - details.Length - 3);
            var full = (int)Math.Clamp((long)line.Done * bar / line.Total!.Value, 0, bar);
            text += $" [{new string('#', full)}{new string('.', bar - full)}]";
        }
        text += details;
        return text.Length <= columns ? text : text[..columns];
    }
}
