using WebStudio.Gpu.Evaluation;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Perceptual;
using WebStudio.Gpu.Tests.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Evaluation;

public class ControlMeasurementTests
{
    [Fact]
    public void Figures_say_what_the_readings_say()
    {
        using var toy = new ToyRun();
        using var identity = new FaceFeatureDistance(ComputeContext.Cpu, 103);
        using var perceptual = new PooledPixelDistance();
        var folder = Directory.CreateTempSubdirectory("webstudio-control-").FullName;
        using var model = toy.Run(Path.Combine(folder, "base"), ToyRun.Defaults with { Passes = 1, InversionSteps = 1 }, perceptual, identity).Run(toy.Set)!;
        const int rows = 4, steps = 5;

        // Readings made up in the order of the pictures: yaw climbs by 10 a step, but falls once in the last row; smile wavers by 6.
        Tensor Read(Tensor crops)
        {
            Assert.Equal(rows * steps, crops.shape[0]);
            var table = new float[rows, steps, 2];
            for (var r = 0; r < rows; r++)
                for (var s = 0; s < steps; s++)
                    (table[r, s, 0], table[r, s, 1]) = (r == rows - 1 && s == 3 ? 0 : 10 * s, s % 2 * 6);
            return tensor(table.Cast<float>().ToArray()).view(rows * steps, 2);
        }
        var figures = new ControlMeasurement(Read, ["yaw", "smile"], identity).Of(model, rows, steps);

        var yaw = Assert.Single(figures, f => f.Attribute == "yaw");
        Assert.Equal(40, yaw.Covered, 1e-6);
        Assert.Equal(0.75, yaw.MonotoneShare, 1e-6);
        Assert.Equal([0, 10, 20, 22.5, 40], yaw.Means.Select(m => Math.Round(m, 6)));
        Assert.InRange(yaw.RankCorrelation, 0.85, 0.999);
        // The album's smiles are 5 to 80; 5th to 95th percentile of ten values: 5 to 75.
        Assert.Equal(6.0 / 70, yaw.Leakage["smile"], 1e-6);
        Assert.Equal(steps, yaw.Identity.Count);
        Directory.Delete(folder, recursive: true);
    }
}
