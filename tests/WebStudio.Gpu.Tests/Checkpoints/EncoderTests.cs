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
    public void The_decoder_of_an_encoder_file_is_the_generator_it_was_made_of()
    {
        // The tensors of rosinality's golden, put under decoder. as e4e does, with the average once per layer.
        var golden = Checkpoint.ReadTensors(Shared.Golden("rosinality", "a64_rosinality_zip.pt"));
        using var folder = new TempFolder();
        using (var file = File.Create(folder["e4e.pt"]))
        {
            var pickle = new PickleBuilder(file);
            var state = golden.Where(pair => pair.Key.StartsWith("g_ema.", StringComparison.Ordinal)).Select(pair => (pair.Key.Replace("g_ema.", "decoder."), pair.Value));
            var average = golden["latent_avg"].data<float>().ToArray();
            pickle.Dict(
                ("state_dict", () => pickle.Dict([.. state.Append(("encoder.layer.weight", ones(2))).Select<(string Name, Tensor Value), (string, Action)>(t =>
                    (t.Name, () => pickle.Tensor(t.Value.data<float>().ToArray(), t.Value.shape)))])),
                ("latent_avg", () => pickle.Tensor([.. Enumerable.Repeat(average, 10).SelectMany(row => row)], 10, 96)),
                ("opts", () => pickle.Dict(("stylegan_size", () => pickle.Int(64)))));
            pickle.Stop();
        }
        var expected = GeneratorCheckpoint.Read(Shared.Golden("rosinality", "a64_rosinality_zip.pt"));

        var decoder = GeneratorCheckpoint.Read(folder["e4e.pt"]);

        Assert.Contains("decoder", decoder.Format);
        Assert.Equal(expected.Tensors.Keys.Order(), decoder.Tensors.Keys.Order());
        // The mean over ten equal rows rounds in the last place.
        Assert.All(expected.Tensors, pair => Near.Equal(pair.Value, decoder.Tensors[pair.Key], atol: pair.Key == "mapping.w_avg" ? 1e-6 : 0));
        Assert.Equal("layer.weight", Assert.Single(EncoderCheckpoint.Read(folder["e4e.pt"]).Tensors).Key);
    }

    [Fact]
    public void A_generator_is_not_an_encoder_and_a_decoder_with_holes_is_not_a_generator()
    {
        Assert.Contains("not an encoder file", Assert.Throws<CheckpointException>(() => EncoderCheckpoint.Read(Shared.Golden("rosinality", "a64_rosinality_zip.pt"))).Message);
        Assert.Contains("synthesis.b4.conv1.weight is missing", Assert.Throws<CheckpointException>(() => GeneratorCheckpoint.Read(Shared.Golden("torch-checkpoints", "e4e_dict_zip.pt"))).Message);
    }
}
