using WebStudio.Gpu.Applications;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.Tests.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Applications;

[Collection(AloneCollection.Name)]
public sealed class EditSessionTests : IDisposable
{
    private const int Free = 3;
    private readonly PersonalizedModel _model = SliderModel.Make();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void The_starting_coordinates_are_those_of_the_photo()
    {
        using var scope = NewDisposeScope();
        using var session = EditSession.FromPhoto(_model, 4, Free);
        var axes = cat([_model.Directions, session.Free.Directions]);
        Near.Equal((_model.Anchors[4] - _model.Mean).matmul(axes.t()), tensor(session.Start.ToArray()), 1e-5);
        Near.Equal(eye(2 + Free), axes.matmul(axes.t()), 1e-5); // one slider leaves the others where they are
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)] // a free component
    public void A_slider_moves_the_code_along_its_own_direction_only(int slider)
    {
        using var scope = NewDisposeScope();
        using var session = EditSession.FromPhoto(_model, 4, Free);
        var axes = cat([_model.Directions, session.Free.Directions]);
        var wanted = session.Start[slider] + 2.5;
        var code = _model.Anchors[4] + (wanted - (_model.Anchors[4] - _model.Mean).dot(axes[slider])) * axes[slider];
        Alike(Picture(code), session.Render(Only(slider, wanted)), 1);
        Assert.NotEqual(session.Render(Untouched).Pixels, session.Render(Only(slider, wanted)).Pixels);
    }

    [Fact]
    public void Coordinates_read_and_set_again_give_the_same_picture()
    {
        using var session = EditSession.FromPhoto(_model, 2, Free);
        Alike(session.Render(Untouched), session.Render([.. session.Start]), 1);
    }

    [Fact]
    public void Untouched_sliders_give_the_starting_picture_bit_for_bit_whatever_was_shown_before()
    {
        using var scope = NewDisposeScope();
        using var session = EditSession.FromPhoto(_model, 2, Free);
        var before = session.Render(Untouched);
        Assert.Equal(Picture(_model.Anchors[2]).Pixels, before.Pixels);
        session.Render(Only(0, 40));
        session.Render(Only(1, -40), 8);
        Assert.Equal(before.Pixels, session.Render(Untouched).Pixels);
    }

    [Theory]
    [InlineData(8, 8)]
    [InlineData(9, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 32)]
    [InlineData(500, 32)]
    [InlineData(null, 32)]
    public void A_preview_is_the_picture_of_the_smallest_block_that_is_large_enough(int? size, int block)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var session = EditSession.FromPhoto(_model, 0, Free);
        var expected = _model.Generator.Synthesis.ForwardBlocks(_model.Anchors[0].unsqueeze(0)).Single(b => b.Resolution == block).Image;
        Assert.Equal(RgbImage.FromTensor(expected[0]).Pixels, session.Render(Untouched, size).Pixels);
    }

    [Fact]
    public void A_portrait_is_the_sample_of_its_seed()
    {
        using var scope = NewDisposeScope();
        using var session = EditSession.FromSeed(_model, 11, Free);
        using var sample = new ControlledSynthesis(_model.Hull, _model.Directions).Sample(new() { Count = 1, Seed = 11 });
        Assert.Equal(Picture(sample.Codes[0]).Pixels, session.Render(Untouched).Pixels);
        using var other = EditSession.FromSeed(_model, 12, Free);
        Assert.NotEqual(session.Render(Untouched).Pixels, other.Render(Untouched).Pixels);
    }

    [Fact]
    public void How_far_outside_the_gallery_the_sliders_stand_is_told()
    {
        using var session = EditSession.FromPhoto(_model, 5, Free);
        Assert.InRange(session.Outside(Untouched), 0, 1e-5);
        Assert.True(session.Outside(Only(0, session.Start[0] + 30)) > 1);
    }

    [Fact]
    public void A_photo_that_the_model_was_not_trained_on_is_refused()
    {
        Assert.Contains("9 photos", Assert.Throws<InvalidInputException>(() => EditSession.FromPhoto(_model, SliderModel.Photos, Free)).Message);
        Assert.Throws<InvalidInputException>(() => EditSession.FromPhoto(_model, -1, Free));
    }

    [Fact]
    public void Live_tensors_stay_flat_over_200_pictures()
    {
        using var session = EditSession.FromPhoto(_model, 0, Free);
        long after20 = 0;
        for (var frame = 0; frame < 220; frame++)
        {
            session.Render(Only(frame % 5, frame / 50.0), frame % 3 == 0 ? 16 : null);
            session.Outside(Only(0, frame));
            if (frame == 19)
                after20 = Tensor.TotalCount;
        }
        Assert.True(Tensor.TotalCount <= after20, $"{after20} tensors after 20 pictures, {Tensor.TotalCount} after 220");
    }

    [Fact]
    public void A_closed_session_leaves_no_tensor_behind()
    {
        long Live()
        {
            using (EditSession.FromPhoto(_model, 1, Free))
            using (EditSession.FromSeed(_model, 1, Free))
                return Tensor.TotalCount;
        }
        var first = Live();
        Assert.True(Live() <= first);
    }

    private static double[] Untouched => [.. Enumerable.Repeat(double.NaN, 2 + Free)];

    private static double[] Only(int slider, double value)
    {
        var values = Untouched;
        values[slider] = value;
        return values;
    }

    private RgbImage Picture(Tensor code) => RgbImage.FromTensor(_model.Generator.Render(code.unsqueeze(0))[0]);

    /// <summary>Equal up to some levels of 255: codes that were added up in another order.</summary>
    private static void Alike(RgbImage expected, RgbImage actual, int levels) =>
        Assert.InRange(expected.Pixels.Zip(actual.Pixels).Max(p => Math.Abs(p.First - p.Second)), 0, levels);
}
