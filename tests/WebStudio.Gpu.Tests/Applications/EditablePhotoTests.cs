using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Tests.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Applications;

[Collection(AloneCollection.Name)]
public sealed class EditablePhotoTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void A_kept_photo_comes_back_with_what_tuning_changed()
    {
        using var scope = NewDisposeScope();
        using var model = SliderModel.Make();
        var network = model.Generator.Synthesis.Clone();
        using (no_grad())
            foreach (var parameter in network.Parameters.Values)
                parameter.add_(0.02 * randn(parameter.shape, generator: new Generator(3)));
        network.Freeze();
        using var photo = new EditablePhoto(model, network, model.Anchors[3].unsqueeze(0).clone());
        photo.Save(_file);
        using var back = EditablePhoto.Load(_file, model);
        var target = new CoordinateTarget(1, 0.5);
        Near.Equal(photo.Render([target]), back.Render([target]), 2e-3); // differences are kept in half precision
        Assert.True((photo.Render([]) - model.Generator.Render(model.Anchors[3].unsqueeze(0))).abs().max().item<float>() > 0.05); // and there was something to keep
        Assert.True(new FileInfo(_file).Length < 0.6 * 4 * network.Parameters.Values.Sum(p => p.numel()));
    }

    [Fact]
    public void A_photo_of_another_model_is_refused_by_name()
    {
        using var scope = NewDisposeScope();
        using var model = SliderModel.Make();
        WebStudio.Gpu.Checkpoints.SafetensorsFile.Write(_file, new Dictionary<string, Tensor> { ["pivot"] = zeros(1L, 7L) });
        var error = Assert.Throws<InvalidInputException>(() => EditablePhoto.Load(_file, model));
        Assert.Contains("pivot", error.Message, StringComparison.Ordinal);
    }
}
