using System.Diagnostics;
using WebStudio.Gpu;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using WebStudio.Server.Verbs.Albums;
using WebStudio.Server.Verbs.Options;

namespace WebStudio.Server.Verbs.Models;

/// <summary>personalize, done: the album is curated, the model trained, measured and saved.</summary>
internal static class PersonalizeWork
{
    public static int Run(PersonalizeRequest request, VerbConsole console, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        var files = AlbumPhoto.FromFolder(request.Album);
        RequireTags(request);
        var checkpoint = Path.TrimEndingDirectorySeparator(Path.GetFullPath(request.Out)) + ".checkpoint";
        RequireWritable(checkpoint, request.Out);
        var source = BaseFolder.Open(request.Base ?? BaseFolder.BuiltIn);
        var context = ModelContext.ForTraining(request.Device, request.Seed);
        using var analyzer = new FaceAnalyzer(context);
        var album = AlbumReader.Curate(files, request.Overrides, analyzer, new() { Alignment = new() { CropScale = source.Description.Generator.CropScale, OutputSize = Math.Max(256, source.Description.Generator.ImgResolution) } }, console, clock, stop);
        console.Line(album.Outcome);
        using var photos = AlbumTrainingSet.Build(album, source.Description, request.Attributes, context);
        using var identity = new FaceFeatureDistance(context);
        using var lpips = request.LpipsBackbone is { } backbone ? Lpips.Read(backbone, request.LpipsLinear!, context) : null;
        var options = Options(request, clock.Elapsed);
        var run = new PersonalizationRun(source, options, context, (IPerceptualDistance?)lpips ?? identity, identity);
        var before = clock.Elapsed;
        using var model = run.Run(photos, checkpoint, request.Resume, status => console.Progress(ProgressLine.Of(status with { Elapsed = before + status.Elapsed })), stop);
        if (model is null)
        {
            console.Note($"Stopped; the state is kept in {checkpoint}. The same command with --resume goes on from there.");
            return ExitCode.Stopped;
        }
        model.Save(request.Out);
        File.Delete(checkpoint);
        foreach (var line in ReportWork.Lines(model.Description.Report))
            console.Line(line);
        console.Line(FormattableString.Invariant($"{request.Out} made in {clock.Elapsed.TotalMinutes:0.0} minutes"));
        console.Answer(new { request.Out, Seconds = Math.Round(clock.Elapsed.TotalSeconds, 1), PhotosFound = album.Photos.Count, model.Description.Report });
        return ExitCode.Ok;
    }

    /// <summary>A tag that nobody set is told now, not after the faces of the album were looked for.</summary>
    private static void RequireTags(PersonalizeRequest request)
    {
        var tags = request.Attributes.Except(AttributeSetting.Names).ToList();
        if (tags.Count == 0)
            return;
        var known = request.Overrides is { } file ? CurationOverrides.Read(file).Photos.Values.SelectMany(photo => photo.Tags.Keys).Distinct().Order(StringComparer.Ordinal).ToList() : [];
        if (tags.Except(known).FirstOrDefault() is { } missing)
            throw new InvalidInputException(known.Count == 0
                ? $"No photo is tagged with '{missing}': tags are given in an --overrides file."
                : $"No photo is tagged with '{missing}'; the tags of {request.Overrides} are {string.Join(", ", known)}.");
    }

    private static PersonalizationOptions Options(PersonalizeRequest request, TimeSpan spent)
    {
        var defaults = request.Attributes.Count == 0
            ? PersonalizationOptions.MyStyle(0)
            : new() { Attributes = [.. request.Attributes.Select(a => new AttributeRequest(a, request.Levels.TryGetValue(a, out var n) ? n : null))] };
        return defaults with
        {
            // Reading the album and writing the model are part of the time the user gave.
            Budget = request.Budget is { } budget ? Max(budget - spent - TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5)) : null,
            Passes = request.Passes,
            Curriculum = request.Curriculum,
            Anchor = request.Lambda is { } lambda && request.Attributes.Count > 0 ? defaults.Anchor with { PeerWeight = lambda } : defaults.Anchor,
            Beta = request.Beta ?? defaults.Beta,
            Axes = request.Attributes.Count == 0 ? defaults.Axes : defaults.Axes with
            {
                Kind = request.Axes switch { "combination" => AxisKind.LeadingCombination, "component" => AxisKind.Component, _ => AxisKind.Prior },
                Source = request.Components == "sefa" ? ComponentSource.SeFa : ComponentSource.Anchors,
            },
            Seed = request.Seed,
        };
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    /// <summary>Told now, not after minutes of training.</summary>
    private static void RequireWritable(string checkpoint, string target)
    {
        var probe = $"{checkpoint}.{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(checkpoint)!);
            File.WriteAllBytes(probe, new byte[4096]);
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{target} cannot be written: {e.Message}", e);
        }
    }
}
