using System.Diagnostics;
using System.Globalization;
using WebStudio.Gpu;
using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Imaging.Provenance;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Server.Verbs.Models;

/// <summary>synthesize, done: codes inside the hull, chosen attributes set, rendered one by one.</summary>
internal static class SynthesizeWork
{
    public static int Run(SynthesizeRequest request, VerbConsole console, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        var context = ModelContext.ForTraining(request.Device, request.Seed);
        using var scope = NewDisposeScope();
        using var model = PersonalizedModel.Load(request.Model, context);
        var targets = ModelContext.Targets(model, request.Settings, console);
        var output = VerbPictures.Of(request.Model, model, DigitalSource.TrainedAlgorithmicMedia, "portrait", request.Label);
        MakeFolder(request.Out);
        using var codes = new ControlledSynthesis(model.Hull, model.Directions).Sample(new() { Count = request.Count, Targets = [.. targets], Seed = request.Seed });
        var digits = Math.Max(3, request.Count.ToString(CultureInfo.InvariantCulture).Length);
        List<string> files = [];
        for (var i = 0; i < request.Count; i++)
        {
            stop.ThrowIfCancellationRequested();
            using var one = NewDisposeScope();
            var file = Path.Combine(request.Out, $"{(i + 1).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0')}.png");
            var provenance = output.Provenance with { Seed = request.Seed, Coordinates = model.Description.Attributes.Select((a, m) => (a.Name, Value: a.Calibration.ToValue(codes.Coordinates[i][m]))).ToDictionary(v => v.Name, v => v.Value) };
            (output with { Provenance = provenance }).Write(file, RgbImage.FromTensor(model.Generator.Render(codes.Codes[i].unsqueeze(0))[0]));
            files.Add(file);
            console.Progress(new("rendering", "picture", i + 1, request.Count, clock.Elapsed, []));
        }
        foreach (var (target, missed) in targets.Zip(codes.Missed).Where(t => t.Second > 0))
            console.Note($"note: {model.Description.Attributes[target.Attribute].Name} could not be met in {missed} of {request.Count} portraits without leaving what the album shows; they come as near as it allows.");
        console.Line($"{request.Count} portraits -> {request.Out}");
        console.Answer(new { request.Out, Files = files, request.Seed, Missed = targets.Select((t, k) => (model.Description.Attributes[t.Attribute].Name, Count: codes.Missed[k])).Where(m => m.Count > 0).ToDictionary(m => m.Name, m => m.Count), Seconds = Math.Round(clock.Elapsed.TotalSeconds, 2) });
        return ExitCode.Ok;
    }

    private static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{folder} cannot be made: {e.Message}", e);
        }
    }
}
