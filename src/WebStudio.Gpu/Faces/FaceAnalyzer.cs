using System.Numerics;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces.Landmarks;
using WebStudio.Gpu.Faces.Measurement;
using WebStudio.Gpu.Faces.Networks;
using WebStudio.Gpu.Imaging;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace WebStudio.Gpu.Faces;

/// <summary>
/// Finds faces in photos and measures them; measures faces in crops that are already aligned, such as synthesised ones. Owns its five networks (22 MB).
/// Everything runs in float32 whatever the context's precision, because readings are compared with each other.
/// </summary>
public sealed class FaceAnalyzer : IDisposable
{
    /// <summary>A face this large loses nothing that the networks could see; larger ones are reduced first.</summary>
    private const float WorkingSize = 128;

    /// <summary>Pictures measured at once, which bounds memory.</summary>
    private const int Batch = 16;

    private readonly FaceDetectionNetwork _detection;
    private readonly FaceLandmarkNetwork _landmarkNetwork;
    private readonly FaceExpressionNetwork _expression;
    private readonly FaceAgeNetwork _age;
    private readonly FaceDetector _detector;
    private readonly LandmarkDetector _landmarks;
    private readonly Device _device;

    /// <summary>Reads the networks.</summary>
    /// <param name="context">Where to compute.</param>
    /// <param name="options">Settings of the detector; null: as they are without any setting.</param>
    /// <param name="modelFolder">Folder of the face-api models; null: <c>models/face-api</c> beside the application.</param>
    /// <exception cref="InvalidInputException">The model files are missing or damaged.</exception>
    public FaceAnalyzer(ComputeContext context, FaceDetectorOptions? options = null, string? modelFolder = null)
    {
        var exact = context with { Precision = ScalarType.Float32 };
        _device = context.Device;
        _detection = new(exact, modelFolder);
        _landmarkNetwork = new(exact, modelFolder);
        _expression = new(exact, modelFolder);
        _age = new(exact, modelFolder);
        EmbeddingNetwork = new(exact, modelFolder);
        _detector = new(_detection, options ?? new());
        _landmarks = new(_landmarkNetwork);
    }

    /// <summary>The identity network, for callers who compare crops of their own.</summary>
    public FaceEmbeddingNetwork EmbeddingNetwork { get; }

    /// <summary>All faces of a photo on which landmarks could be held, best detection first.</summary>
    public IReadOnlyList<FaceObservation> Analyze(RgbImage photo)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var pixels = photo.ToTensor().to(_device);
        var found = new List<FaceObservation>();
        foreach (var detection in _detector.Detect(pixels))
            if (Observe(pixels, detection, FaceFrame.Around(detection.Box)) is { } face)
                found.Add(face);
        return found;
    }

    /// <summary>The face at a place that is known beforehand; null where no landmarks can be held on to there. Its score is 1.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="points">Where eyes and mouth are.</param>
    public FaceObservation? AnalyzeAt(RgbImage photo, FacePoints points)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var (box, frame) = (points.Box, points.Frame);
        var face = Observe(photo.ToTensor().to(_device), new(box, 1), frame);
        // Landmarks walk to a face nearby where there is none here.
        return face is not null && Vector2.Distance(LandmarkDetector.FrameOf([.. face.Landmarks]).Center, frame.Center) < box.Size / 2 ? face : null;
    }

    /// <summary>Measures crops that hold one face each, aligned the FFHQ way (any resolution; 128 px and softness are no obstacle).</summary>
    /// <param name="crops">[N, 3, R, R] in [-1, 1]; values outside are clamped.</param>
    /// <returns>One reading per crop, with landmarks in the crop's pixels; confidence 0 says that no face was recognised.</returns>
    public IReadOnlyList<FaceReading> MeasureAligned(Tensor crops)
    {
        if (crops.dim() != 4 || crops.shape[1] != 3 || crops.shape[2] != crops.shape[3])
            throw new ArgumentException($"Expected [N, 3, R, R], got [{string.Join(", ", crops.shape)}].", nameof(crops));
        var readings = new List<FaceReading>();
        for (long first = 0; first < crops.shape[0]; first += Batch)
        {
            using var scope = NewDisposeScope();
            using var inference = inference_mode();
            var part = crops.narrow(0, first, Math.Min(Batch, crops.shape[0] - first)).to(_device).to(ScalarType.Float32).clamp(-1, 1);
            // In FFHQ's frame the face from brows to chin fills about 0.6 of the side and sits a little below the middle.
            var scale = Math.Min(1, WorkingSize / (0.6f * part.shape[3]));
            if (scale < 1)
                part = FaceInput.Resize(part, (int)Math.Round(part.shape[3] * scale));
            float side = part.shape[3];
            var start = new FaceFrame(new(0.5f * side, 0.57f * side), 0.62f * side * LandmarkDetector.Margin);
            var back = crops.shape[3] / side;
            readings.AddRange(Measure(part, [.. Enumerable.Repeat(start, (int)part.shape[0])]).Select(r => r with { Landmarks = [.. r.Landmarks.Select(p => p * back)] }));
        }
        return readings;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _detection.Dispose();
        _landmarkNetwork.Dispose();
        _expression.Dispose();
        _age.Dispose();
        EmbeddingNetwork.Dispose();
    }

    /// <summary>Measures one face of a photo.</summary>
    /// <param name="pixels">[3, H, W] in [-1, 1].</param>
    /// <param name="detection">Where it is.</param>
    /// <param name="start">The square from which its landmarks are looked for, in photo pixels.</param>
    private FaceObservation? Observe(Tensor pixels, FaceDetection detection, FaceFrame start)
    {
        using var scope = NewDisposeScope();
        var (region, offset, scale) = CutRegion(pixels, detection.Box);
        var local = start with { Center = (start.Center - offset) * scale, Size = start.Size * scale };
        var reading = Measure(region, [local])[0];
        return reading.Confidence > 0 && LandmarkDetector.FrameOf([.. reading.Landmarks]).Size > 0.5f * local.Size
            ? new(detection.Box, detection.Score, reading with { Landmarks = [.. reading.Landmarks.Select(p => p / scale + offset)] })
            : null;
    }

    private FaceReading[] Measure(Tensor pictures, FaceFrame[] start)
    {
        var landmarks = _landmarks.Detect(pictures, start);
        // Every crop beside its mirror image, so that readings cannot prefer a side.
        FaceFrame[][] Pairs(Func<Vector2[], FaceFrame> frameOf) => [.. landmarks.Select(l => frameOf(l.Points)).Select(f => (FaceFrame[])[f, f with { Mirrored = true }])];
        float[] MeanOfPairs(Tensor values) => values.view(landmarks.Length, 2, -1).mean([1]).cpu().data<float>().ToArray();

        var crops = FaceCrops.Sample(pictures, Pairs(ExpressionFrame), FaceFeatureExtractor.InputSize);
        var expressions = MeanOfPairs(_expression.Forward(crops));
        var ages = MeanOfPairs(_age.Forward(crops).Age);
        var embeddings = MeanOfPairs(EmbeddingNetwork.Embed(FaceCrops.Sample(pictures, Pairs(FaceChip.Of), FaceEmbeddingNetwork.InputSize)));
        var readings = new FaceReading[landmarks.Length];
        for (var n = 0; n < readings.Length; n++)
        {
            var (attributes, confidence) = AttributeEstimator.Estimate(new(landmarks[n], expressions[(7 * n)..(7 * n + 7)], ages[n]));
            const int size = FaceEmbeddingNetwork.EmbeddingSize;
            readings[n] = new(landmarks[n].Points, attributes, embeddings[(size * n)..(size * n + size)], confidence);
        }
        return readings;
    }

    /// <summary>The expression and age networks see the landmarks' extent and a fifth more, as face-api cuts it.</summary>
    private static FaceFrame ExpressionFrame(Vector2[] landmarks)
    {
        var frame = LandmarkDetector.FrameOf(landmarks);
        return frame with { Size = frame.Size / LandmarkDetector.Margin * 1.2f };
    }

    /// <summary>The part of the photo around a face, reduced so that the face is about <see cref="WorkingSize"/> large; a photo point p lies at (p − offset) · scale.</summary>
    private static (Tensor Region, Vector2 Offset, float Scale) CutRegion(Tensor photo, FaceBox box)
    {
        var reach = 1.5f * Math.Max(box.Width, box.Height);
        var left = (long)Math.Clamp(MathF.Floor(box.Center.X - reach), 0, photo.shape[2] - 1);
        var top = (long)Math.Clamp(MathF.Floor(box.Center.Y - reach), 0, photo.shape[1] - 1);
        var width = Math.Clamp((long)MathF.Ceiling(box.Center.X + reach) - left, 1, photo.shape[2] - left);
        var height = Math.Clamp((long)MathF.Ceiling(box.Center.Y + reach) - top, 1, photo.shape[1] - top);
        var region = photo.narrow(1, top, height).narrow(2, left, width).unsqueeze(0);
        var scale = Math.Min(1, WorkingSize / box.Size);
        if (scale < 1)
        {
            // Both sides rounded to whole pixels: the error is far below a pixel of the photo.
            long[] size = [Math.Max(1, (long)Math.Round(height * scale)), Math.Max(1, (long)Math.Round(width * scale))];
            region = F.interpolate(region, size: size, mode: InterpolationMode.Bilinear, align_corners: false, antialias: true);
        }
        return (region, new(left, top), scale);
    }
}
