using WebStudio.Gpu.Latents;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Latents;

public class HypercubeAndEditTests
{
    public static TheoryData<string> Assignments => ["primary", "top_rank_over_S"];

    [Theory]
    [MemberData(nameof(Assignments))]
    public void The_hypercube_agrees(string assignment)
    {
        using var scope = NewDisposeScope();
        var (anchors, directions) = (MyStylePlusPlus.Read("anchors"), MyStylePlusPlus.Read($"d_{assignment}"));
        var box = Hypercube.Of((anchors - MyStylePlusPlus.Read("mean")).matmul(directions.t()));
        Near.Equal(MyStylePlusPlus.Read($"hypercube_{assignment}"), stack([tensor(box.Min.ToArray()), tensor(box.Max.ToArray())]), 1e-9, 1e-9);
        var uncentred = Hypercube.Of(anchors.matmul(directions.t()));
        Near.Equal(MyStylePlusPlus.Read($"hypercube_uncentred_{assignment}"), stack([tensor(uncentred.Min.ToArray()), tensor(uncentred.Max.ToArray())]), 1e-9, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Assignments))]
    public void Setting_one_coordinate_agrees_and_targets_are_shares_of_the_side(string assignment)
    {
        using var scope = NewDisposeScope();
        var (mean, directions) = (MyStylePlusPlus.Read("mean"), MyStylePlusPlus.Read($"d_{assignment}"));
        var box = Hypercube.Of((MyStylePlusPlus.Read("anchors") - mean).matmul(directions.t()));
        var targets = MyStylePlusPlus.Read($"edit_{assignment}_targets");
        var input = MyStylePlusPlus.Read($"edit_{assignment}_input");
        var outputs = new List<Tensor>();
        double[] shares = [0, 0.35, 1, 1.4];
        for (var row = 0; row < targets.shape[0]; row++)
        {
            var (m, t) = ((int)targets[row, 0].item<double>(), targets[row, 1].item<double>());
            Assert.Equal(t, box.FromUnit(m, shares[row % 4]), 9);
            Assert.Equal(shares[row % 4], box.ToUnit(m, t), 9);
            outputs.Add(AttributeEdit.Set(input, mean, directions, new CoordinateTarget(m, t)));
        }
        Near.Equal(MyStylePlusPlus.Read($"edit_{assignment}_output"), stack(outputs, 1), 1e-9, 1e-9);
    }

    [Fact]
    public void Editing_through_components_drops_what_lies_outside_their_span()
    {
        using var scope = NewDisposeScope();
        var pca = PrincipalComponents.Of(MyStylePlusPlus.Read("anchors"));
        var components = MyStylePlusPlus.Json("assignment").GetProperty("primary").EnumerateArray().Select(i => i.GetInt32()).ToArray();
        var targets = MyStylePlusPlus.Read("edit_primary_targets");
        var outputs = new List<Tensor>();
        for (var row = 0; row < targets.shape[0]; row++)
        {
            var coordinates = pca.ToCoordinates(MyStylePlusPlus.Read("edit_primary_input"));
            coordinates.select(1, components[(int)targets[row, 0].item<double>()]).fill_(targets[row, 1].item<double>());
            outputs.Add(pca.FromCoordinates(coordinates));
        }
        Near.Equal(MyStylePlusPlus.Read("edit_primary_output_inverse_transform"), stack(outputs, 1), 1e-9, 1e-9);
    }

    [Fact]
    public void Several_coordinates_are_set_at_once_and_the_others_stay()
    {
        using var scope = NewDisposeScope();
        var (mean, directions) = (MyStylePlusPlus.Read("mean"), MyStylePlusPlus.Read("d_primary"));
        var codes = MyStylePlusPlus.Read("edit_primary_input");
        var edited = AttributeEdit.Set(codes, mean, directions, new(0, 0.5), new(2, -0.25));
        var coordinates = (edited - mean).matmul(directions.t());
        Near.Equal(full(5, 0.5, dtype: ScalarType.Float64), coordinates.select(1, 0), 1e-12);
        Near.Equal(full(5, -0.25, dtype: ScalarType.Float64), coordinates.select(1, 2), 1e-12);
        var rest = eye(16, dtype: ScalarType.Float64) - directions.index_select(0, tensor([0L, 2])).t().matmul(directions.index_select(0, tensor([0L, 2])));
        Near.Equal(codes.matmul(rest), edited.matmul(rest), 1e-12);
        Assert.Throws<ArgumentException>(() => AttributeEdit.Set(codes, mean, directions, new(0, 0.5), new(0, 1)));
    }

    [Fact]
    public void Layers_of_a_WPlus_code_move_together()
    {
        using var scope = NewDisposeScope();
        var (mean, directions) = (MyStylePlusPlus.Read("mean"), MyStylePlusPlus.Read("d_primary"));
        var code = MyStylePlusPlus.Read("edit_primary_input").unsqueeze(0); // five layers
        var edited = AttributeEdit.SetAllLayers(code, mean, directions, new CoordinateTarget(1, 2));
        Assert.Equal(2, (edited.mean([1]) - mean).matmul(directions[1]).item<double>(), 12);
        Near.Equal(code - code.mean([1], keepdim: true), edited - edited.mean([1], keepdim: true), 1e-12);
    }
}
