using TorchSharp;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.StyleGan;

namespace WebStudio.Gpu.Personalization;

/// <summary>
/// What a personalisation takes of memory, watched from before it begins to its end: on a CPU memory that runs out ends the whole program, and nothing in it can catch that. A GPU's is told as an error of the one job, and is not asked.
/// </summary>
internal sealed class TrainingMemory
{
    // On the safe side of what was measured with 8 photos a step: training grew by 0.13 GB at 128 px (the built-in base) and by 0.48 GB at 256 px (4096 / resolution maps). Larger ones are extrapolated.
    private const double BytesPerMapValue = 11;

    // Of the base, of the copy that is trained, its gradient, Adam's two means and the moving average.
    private const int CopiesOfWeights = 6;

    // What features of faces and allocators take beside.
    private const double Fixed = 0.1e9;

    private readonly int _resolution;
    private readonly double _estimate;
    private readonly Func<long> _available, _resident;
    private readonly long _residentAtFirst;
    private readonly bool _watches;

    /// <summary>Notes what the process takes before the training.</summary>
    /// <param name="config">Shape of the base.</param>
    /// <param name="photos">Photos of the album.</param>
    /// <param name="batchSize">Photos a step.</param>
    /// <param name="device">Where it is trained; only the CPU's memory is asked.</param>
    /// <param name="available">Bytes that are free; the system's by default.</param>
    /// <param name="resident">Bytes that the process takes; the system's by default.</param>
    public TrainingMemory(GeneratorConfig config, int photos, int batchSize, DeviceType device, Func<long>? available = null, Func<long>? resident = null)
    {
        (_resolution, _estimate, _watches) = (config.ImgResolution, Estimate(config, photos, batchSize), device == DeviceType.CPU);
        (_available, _resident) = (available ?? HostMemory.Available, resident ?? (() => Environment.WorkingSet));
        _residentAtFirst = _resident();
    }

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
    /// <exception cref="InsufficientMemoryException">There is not enough; the message says what to do.</exception>
    public void RequireRoom()
    {
        if (_watches && _available() is var there && there < _estimate + HostMemory.Reserve)
            throw new InsufficientMemoryException(FormattableString.Invariant($"Training at {_resolution} px takes about {_estimate / 1e9:0.0} GB of memory, and {there / 1e9:0.0} GB are free: use a base with smaller pictures, or try again when less else is running."));
    }

    /// <summary>Ends the training between two steps where others have taken what it still needs.</summary>
    /// <exception cref="InsufficientMemoryException">There is not enough left; the message says what to do.</exception>
    public void RequireStep()
    {
        if (!_watches)
            return;
        // Of a step's memory some is kept for the next and some given back: what is not taken at this moment will be.
        var needed = Math.Max(0, _estimate - Math.Max(0, _resident() - _residentAtFirst));
        if (_available() is var there && there < Math.Max(HostMemory.Reserve, needed))
            throw new InsufficientMemoryException(FormattableString.Invariant($"The server's memory ran short while this was training at {_resolution} px: {there / 1e9:0.0} GB were free, of about {_estimate / 1e9:0.0} GB that it takes. Resume it when less else is running, and it goes on from where it stood; fewer photos, or a base with smaller pictures, take less."));
    }
}
