using System.Diagnostics;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Peers;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Evaluation;

/// <summary>Where a study stands.</summary>
/// <param name="Stage">What is measured.</param>
/// <param name="Done">Parts done.</param>
/// <param name="Total">Parts in all.</param>
public readonly record struct StudyProgress(string Stage, int Done, int Total);

/// <summary>Measures a model beside its peers (method section 7): controlled synthesis, and the leakage of every method over the same change.</summary>
/// <param name="analyzer">Measures faces.</param>
/// <param name="identity">Face embeddings.</param>
public sealed class ModelStudy(FaceAnalyzer analyzer, FaceFeatureDistance identity)
{
    // Share of the album's range that an attribute is moved over: what every method can reach.
    private const double ComparedShare = 0.6;

    /// <summary>Called between batches of pictures: room for other work on the device.</summary>
    public Action? SliceDone { get; init; }

    /// <summary>New portraits measured for each attribute.</summary>
    public int Samples { get; init; } = 200;

    /// <summary>Photos of the album that every method changes.</summary>
    public int Photos { get; init; } = 20;

    /// <summary>Receives five pictures along each change: method, attribute, [5, 3, R, R].</summary>
    public Action<string, string, Tensor>? Example { get; init; }

    /// <summary>Makes the report.</summary>
    /// <param name="model">The model.</param>
    /// <param name="myStyle">The same album personalised without control; null: only the model itself is measured.</param>
    /// <param name="boundaries">InterFaceGAN's of the base; null: neither MyStyle nor InterFaceGAN can edit.</param>
    /// <param name="progress">Called before every part.</param>
    /// <param name="abort">Ends with <see cref="OperationCanceledException"/>.</param>
    public StudyReport Of(PersonalizedModel model, PersonalizedModel? myStyle, AttributeBoundaries? boundaries, Action<StudyProgress>? progress = null, CancellationToken abort = default)
    {
        var clock = Stopwatch.StartNew();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor Measure(Tensor pictures) => FaceAttributeTable.Measure(analyzer, pictures);
        void Slice()
        {
            abort.ThrowIfCancellationRequested();
            SliceDone?.Invoke();
        }
        var names = FaceAttributeTable.Names;
        var attributes = model.Description.Attributes.Select(a => a.Name).Where(names.Contains).ToList();
        var spreads = GallerySpread.Deviations(model.Description, names);
        var done = 0;
        var methods = Methods(model, myStyle, boundaries, attributes, spreads, Measure, Slice);
        var total = 1 + methods.Count * attributes.Count;
        progress?.Invoke(new("New portraits", done, total));
        var control = new ControlStudy(Measure, names) { SliceDone = Slice }.Of(model, myStyle, Samples);
        var measurement = new LeakageMeasurement(Measure, names, spreads, identity) { SliceDone = Slice, Example = Example is null ? null : (method, attribute, strip) => Example(method.Name, attribute, strip) };
        var leakage = new List<LeakageFigures>();
        try
        {
            foreach (var attribute in attributes)
                foreach (var method in methods)
                {
                    progress?.Invoke(new($"{method.Name}: {attribute}", ++done, total));
                    if (measurement.Of(method, attribute, ComparedShare * GallerySpread.Span(model.Description, attribute), Photos) is { } figures)
                        leakage.Add(figures);
                }
        }
        finally
        {
            methods.ForEach(m => m.Dispose());
        }
        return new()
        {
            Created = DateTimeOffset.UtcNow,
            Gallery = model.Description.Report.Final,
            MyStyleGallery = myStyle?.Description.Report.Final,
            GalleryIdentity = model.Description.Report.GalleryIdentity,
            Control = control,
            Methods = [.. methods.Select(m => m.Name)],
            Leakage = leakage,
            Boundaries = boundaries is null ? [] : [.. boundaries.Names.Zip(boundaries.Accuracy).Select(b => new BoundaryFigures(b.First, b.Second))],
            Seconds = clock.Elapsed.TotalSeconds,
        };
    }

    /// <summary>Every method there is, for attributes of a model; the caller disposes them.</summary>
    /// <param name="model">The model.</param>
    /// <param name="myStyle">See <see cref="Of"/>.</param>
    /// <param name="boundaries">See <see cref="Of"/>.</param>
    /// <param name="attributes">To edit.</param>
    /// <param name="spreads">Of all measured attributes over the gallery.</param>
    /// <param name="measure">Measures pictures.</param>
    /// <param name="sliceDone">Called between batches.</param>
    /// <param name="sefaLayers">Layers for SeFa; null lets it choose.</param>
    public static List<EditingMethod> Methods(PersonalizedModel model, PersonalizedModel? myStyle, AttributeBoundaries? boundaries, IReadOnlyList<string> attributes, IReadOnlyList<double> spreads, Func<Tensor, Tensor> measure, Action? sliceDone = null, IReadOnlyList<int>? sefaLayers = null)
    {
        List<EditingMethod> methods = [EditingMethod.Of(model)];
        if (myStyle is null)
            return methods;
        if (boundaries is not null)
        {
            methods.Add(EditingMethod.OfMyStyle(myStyle, boundaries, attributes));
            methods.Add(EditingMethod.OfInterFaceGan(myStyle, boundaries, attributes));
        }
        methods.Add(new SeFaAttributes(measure, FaceAttributeTable.Names, spreads).Find(myStyle.Generator.Synthesis, myStyle.Anchors, attributes, sliceDone, sefaLayers));
        return methods;
    }
}
