using TorchSharp;
using WebStudio.Gpu.Checkpoints;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Checkpoints;

public sealed class EncoderTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData("namespace", "zip", new long[] { 18, 6 })]
    [InlineData("namespace", "legacy", new long[] { 18, 6 })]
    [InlineData("dict", "zip", new long[] { 6 })]
    [InlineData("dict", "legacy", new long[] { 6 })]
    public void An_encoder_file_gives_encoder_average_and_options(string options, string container, long[] average)
    {
        var encoder = EncoderCheckpoint.Read(Shared.Golden("torch-checkpoints", $"e4e_{options}_{container}.pt"));

        Assert.Equal(
            ["body.0.shortcut_layer.0.weight", "input_layer.0.weight", "input_layer.1.num_batches_tracked", "input_layer.1.running_mean"],
            encoder.Tensors.Keys.Order());
        Assert.Equal(average, encoder.LatentAverage!.shape);
        Assert.Equal("Encoder4Editing", encoder.Options["encoder_type"]);
        Assert.Equal(1024L, encoder.Options["stylegan_size"]);
        Assert.Equal(0.0001, encoder.Options["learning_rate"]);
        Assert.Equal(true, encoder.Options["start_from_latent_avg"]);
        Assert.Null(encoder.Options["checkpoint_path"]);
    }

    [Fact]
    public void A_generator_is_not_an_encoder_and_a_decoder_with_holes_is_not_a_generator()
    {
        Assert.Contains("not an encoder file", Assert.Throws<CheckpointException>(() => EncoderCheckpoint.Read(Shared.Golden("rosinality", "a64_rosinality_zip.pt"))).Message);
        Assert.Contains("synthesis.b4.conv1.weight is missing", Assert.Throws<CheckpointException>(() => GeneratorCheckpoint.Read(Shared.Golden("torch-checkpoints", "e4e_dict_zip.pt"))).Message);
    }
}
