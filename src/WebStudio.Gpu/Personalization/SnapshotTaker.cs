using System.Diagnostics;
using WebStudio.Gpu.Imaging;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Personalization;

/// <summary>Takes snapshots of a training at an interval.</summary>
internal sealed class SnapshotTaker(PersonalizationHooks hooks, int photos)
{
    // Spread over the album, so that they differ.
    private readonly int[] _shown = [.. Enumerable.Range(0, Math.Min(hooks.SnapshotPhotos, photos)).Select(i => (int)((i + 0.5) * photos / Math.Min(hooks.SnapshotPhotos, photos)))];
    private readonly Stopwatch _since = new();

    /// <summary>Hands a snapshot to the hook where there is one and the time has come.</summary>
    public void TakeIfDue(PersonalizerState state)
    {
        if (hooks.Snapshot is not { } receive || (_since.IsRunning && _since.Elapsed < hooks.SnapshotInterval))
            return;
        _since.Restart();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var anchors = state.Anchors.detach();
        var along = (anchors - anchors.mean([0])).matmul(state.Axes.Directions.t()).to(ScalarType.Float64).cpu().contiguous();
        var axes = (int)along.shape[1];
        var coordinates = along.data<double>().ToArray().Chunk(axes).ToList();
        var rendered = state.Average.Forward(anchors.index_select(0, tensor(_shown.Select(i => (long)i).ToArray(), device: anchors.device)));
        receive(new(state.Step, coordinates, _shown, [.. Enumerable.Range(0, _shown.Length).Select(i => RgbImage.FromTensor(rendered[i]))]));
    }
}
