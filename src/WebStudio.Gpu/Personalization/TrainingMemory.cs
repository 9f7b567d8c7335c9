using TorchSharp;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.StyleGan;

namespace WebStudio.Gpu.Personalization;

/// <summary>
/// What a personalisation takes of memory, known before it begins. On a CPU memory that runs out ends the whole program, and nothing in it can catch that; a GPU's is told as an error of the one job.
/// </summary>
public static class TrainingMemory
{
    // On the safe side of what was measured with 8 photos a step: training grew by 0.13 GB at 128 px (the built-in base) and by 0.48 GB at 256 px (4096 / resolution maps). Larger ones are extrapolated.
    private const double BytesPerMapValue = 11;

    // Of the base, of the copy that is trained, its gradient, Adam's two means and the moving average.
    private const int CopiesOfWeights = 6;

    // What features of faces and allocators take beside.
    private const double Fixed = 0.1e9;

    /// <summary>Bytes beyond what the process has already.</summary>
    /// <param name="config">Shape of the base.</param>
    /// <param name="photos">Photos of the album.</param>
    /// <param name="batchSize">Photos a step.</param>
    public static double Estimate(GeneratorConfig config, int photos, int batchSize)
    {
        double values = 0, weights = 0;
        var below = 0;
        foreach (var (side, maps) in config.Channels.OrderBy(c => c.Key))
        {
            values += (below == 0 ? 1.0 : 2.0) * maps * side * side;
            weights += 9.0 * maps * (maps + below) + (double)config.WDim * (2 * maps + below);
            below = maps;
        }
        var pictures = 4.0 * 4 * photos * config.ImgResolution * config.ImgResolution; // with their masks
        return Fixed + BytesPerMapValue * values * Math.Min(photos, batchSize) + 4.0 * CopiesOfWeights * weights + pictures;
    }

    /// <summary>Refuses beforehand what would end the program.</summary>
    /// <param name="config">Shape of the base.</param>
    /// <param name="photos">Photos of the album.</param>
    /// <param name="batchSize">Photos a step.</param>
    /// <param name="device">Where it is trained; only the CPU's memory is asked.</param>
    /// <param name="available">Bytes that are there; null asks the system.</param>
    /// <exception cref="InvalidInputException">There is not enough; the message says what to do.</exception>
    public static void RequireRoom(GeneratorConfig config, int photos, int batchSize, DeviceType device, long? available = null)
    {
        if (device != DeviceType.CPU)
            return;
        var (needed, there) = (Estimate(config, photos, batchSize), available ?? HostMemory.Available());
        if (needed > there)
            throw new InvalidInputException($"Training at {config.ImgResolution} px takes about {needed / 1e9:0.0} GB of memory, and {there / 1e9:0.0} GB are free: use a base with smaller pictures, or try again when less else is running.");
    }
}
