using WebStudio.Gpu.Latents;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Latents;

public class ComponentLossTests
{
    public static TheoryData<string> Variants => [
        "l1_excl_self", "l2sq_excl_self", "l1_incl_self", "l2sq_incl_self",
        "l1_excl_self_over_S", "l2sq_excl_self_over_S", "l1_incl_self_over_S", "l2sq_incl_self_over_S", "groupvar_over_S"];

    [Theory]
    [InlineData("excl_self", false)]
    [InlineData("incl_self", true)]
    public void Peer_means_and_residuals_agree(string name, bool includeSelf)
    {
        using var scope = NewDisposeScope();
        var projections = MyStylePlusPlus.Read("projections_centred");
        var means = MyStylePlusPlus.Attributes().Select(a => ComponentLoss.PeerMeans(a, includeSelf, projections).matmul(projections)).ToArray();
        Near.Equal(MyStylePlusPlus.Read($"c_{name}"), stack(means), 1e-9);
        Near.Equal(MyStylePlusPlus.Read($"residual_{name}"), projections - stack(means), 1e-9);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Loss_of_every_component_agrees(string variant)
    {
        using var scope = NewDisposeScope();
        var (projections, singular) = (MyStylePlusPlus.Read("projections_uncentred"), MyStylePlusPlus.Read("singular_values"));
        var losses = MyStylePlusPlus.Attributes().Select(a => tensor(ComponentLoss.PerComponent(projections, singular, a, Criterion(variant)))).ToArray();
        Near.Equal(MyStylePlusPlus.Read($"Ld_{variant}"), stack(losses), 1e-9, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Components_are_assigned_in_the_users_order_each_once(string variant)
    {
        using var scope = NewDisposeScope();
        var anchors = MyStylePlusPlus.Read("anchors");
        var pca = PrincipalComponents.Of(anchors);
        var expected = MyStylePlusPlus.Json("assignment").GetProperty("all_variants");
        foreach (var rank in (int[])[3, 6, 11])
        {
            using var axes = AttributeAxes.Choose(pca, anchors, MyStylePlusPlus.Attributes(),
                new AxisSelection { Kind = AxisKind.Component, Criterion = Criterion(variant), Candidates = rank });
            Assert.Equal(expected.GetProperty($"{variant}|rank{rank}").EnumerateArray().Select(i => i.GetInt32()), axes.Components);
        }
    }

    private static ComponentCriterion Criterion(string variant) => new(
        variant.StartsWith("l1") ? Deviation.L1 : variant.StartsWith("l2sq") ? Deviation.SquaredL2 : Deviation.GroupVariance,
        variant.Contains("incl"),
        variant.EndsWith("over_S"));
}
