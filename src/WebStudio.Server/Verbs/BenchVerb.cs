using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using WebStudio.Gpu.Benchmarking;
using WebStudio.Server.Verbs.Options;

namespace WebStudio.Server.Verbs;

/// <summary>bench: one table of what this machine does, each figure beside the plain formulation.</summary>
internal sealed class BenchVerb : Verb
{
    private readonly Option<IReadOnlyList<int>> _sizes = new("--sizes")
    {
        Description = "Picture sizes for the synthesis lines, powers of two from 8 to 1024",
        HelpName = "64,128,256,1024",
        DefaultValueFactory = _ => new QuickBenchOptions().Resolutions,
        CustomParser = result =>
        {
            List<int> sizes = [];
            foreach (var text in result.Tokens.SelectMany(token => token.Value.Split(',')))
                if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= 8 and <= 1024 && int.IsPow2(size))
                    sizes.Add(size);
                else
                    result.AddError($"--sizes: '{text}' is not accepted; powers of two from 8 to 1024 are.");
            return sizes;
        },
    };

    private readonly Option<int?> _rounds = NumberOption.Create("--rounds", "Rounds of each measurement", 1, 1000);
    private readonly Option<string> _precision = ChoiceOption.Create("--precision", "Operands of the fast path's convolutions", "float32", "bfloat16");
    private readonly Option<string> _device = DeviceOption.Create();

    public BenchVerb() : base("bench", "Measure synthesis, a training step and an edit on this machine, beside the plain formulation; about a minute or two")
    {
        foreach (var option in (Option[])[_sizes, _rounds, _precision, _device])
            Add(option);
    }

    protected override int Run(ParseResult arguments, VerbConsole console, CancellationToken stop)
    {
        var context = DeviceOption.Open(arguments.GetRequiredValue(_device)) with
        {
            Precision = arguments.GetRequiredValue(_precision) == "bfloat16" ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32,
        };
        var defaults = new QuickBenchOptions();
        var options = defaults with { Resolutions = arguments.GetRequiredValue(_sizes), Rounds = arguments.GetValue(_rounds) ?? defaults.Rounds };
        var clock = Stopwatch.StartNew();
        var lines = 0;
        var progress = new DirectProgress<BenchLine>(line => console.Progress(new("measuring", "line", ++lines, null, clock.Elapsed, [line.What])));
        var report = new QuickBench(context, options).Run(progress: progress, abort: stop);
        console.Line(report.ToTable());
        console.Answer(report);
        return ExitCode.Ok;
    }
}
