using System.Globalization;
using WebStudio.Components.Creations;
using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Server.Creations;

/// <summary>New portraits: codes inside the hull with the wanted coordinates, rendered one by one, and shown as they come.</summary>
internal sealed class PortraitsWork : ICreationWork
{
    public const string CodesFile = "codes.safetensors", CodesName = "w";
    private const double DistanceStep = 0.01;
    private const int Quality = 95;

    public CreationKind Kind => CreationKind.Portraits;

    public string Make(CreationRun run, PersonalizedModel model)
    {
        var request = CreationJson.Read<KeptRequest<PortraitsRequest>>(run.Creation.Request)!.Request;
        var targets = Targets(model, request.Targets);
        var beta = request.Distance * DistanceStep;
        using var codes = new ControlledSynthesis(model.Hull with { Beta = Math.Max(beta, model.Description.Beta) }, model.Directions)
            .Sample(new() { Count = request.Count, Targets = targets, Seed = request.Seed, Dilation = beta });
        SafetensorsFile.Write(Path.Combine(run.Folder, CodesFile), new Dictionary<string, Tensor> { [CodesName] = codes.Codes });
        var missed = targets.Select((t, k) => (model.Description.Attributes[t.Attribute].Name, Count: codes.Missed[k])).Where(m => m.Count > 0).ToDictionary(m => m.Name, m => m.Count);
        var made = new List<Portrait>();
        for (var i = 0; i < request.Count; i++)
        {
            run.Step("Rendering", i, request.Count, CreationJson.Write(new PortraitsResult(made, missed)));
            using var scope = NewDisposeScope();
            var file = $"portrait-{(i + 1).ToString("D3", CultureInfo.InvariantCulture)}.webp";
            ImageFile.Write(Path.Combine(run.Folder, file), RgbImage.FromTensor(model.Generator.Render(codes.Codes[i].unsqueeze(0))[0]), Quality);
            made.Add(new(file, model.Description.Attributes.Select((a, m) => (a.Name, Value: a.Calibration.ToValue(codes.Coordinates[i][m]))).ToDictionary(v => v.Name, v => v.Value)));
        }
        return CreationJson.Write(new PortraitsResult(made, missed));
    }

    private static List<CoordinateRange> Targets(PersonalizedModel model, IReadOnlyList<WantedValue> wishes) => [.. wishes.Select<WantedValue, CoordinateRange>(wish =>
    {
        if (wish.Label is { } label)
            return model.Target(wish.Attribute, label);
        var (low, high) = (model.Target(wish.Attribute, wish.Minimum).Target, model.Target(wish.Attribute, wish.Maximum).Target);
        return new(low.Attribute, Math.Min(low.Coordinate, high.Coordinate), Math.Max(low.Coordinate, high.Coordinate));
    })];
}
