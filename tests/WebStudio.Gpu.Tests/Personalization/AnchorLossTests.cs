using TorchSharp;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Personalization;
using WebStudio.Gpu.Tests.Latents;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Personalization;

public class AnchorLossTests
{
    public static TheoryData<string, string> Cases => new MatrixTheoryData<string, string>(
        ["primary", "top_rank_over_S"], ["l1_excl_self", "l1_incl_self", "l2sq_excl_self", "l2sq_incl_self"]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Terms_total_and_both_gradients_agree(string assignment, string variant)
    {
        using var scope = NewDisposeScope();
        var directions = MyStylePlusPlus.Read($"d_{assignment}");
        foreach (var through in (bool[])[true, false])
        {
            var anchors = MyStylePlusPlus.Read("anchors").requires_grad_();
            using var loss = new AnchorLoss(MyStylePlusPlus.Attributes(), Options(variant) with { GradientThroughPeers = through }, anchors);
            var terms = loss.PeerTerms(anchors, directions);
            terms.sum().backward();
            Near.Equal(MyStylePlusPlus.Read($"Lanc_terms_{assignment}_{variant}"), terms, 1e-9, 1e-9);
            Near.Equal(MyStylePlusPlus.Read($"Lanc_grad_{(through ? "" : "detached_c_")}{assignment}_{variant}"), anchors.grad!, 1e-9, 1e-9);
            var total = MyStylePlusPlus.Json($"Lanc_{assignment}").GetProperty($"{assignment}_{variant}").GetProperty("L_anc").GetDouble();
            Assert.Equal(total, terms.sum().item<double>(), 9);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Batches_of_the_gallery_add_up_to_the_gallery(string assignment, string variant)
    {
        using var scope = NewDisposeScope();
        var directions = MyStylePlusPlus.Read($"d_{assignment}");
        var anchors = MyStylePlusPlus.Read("anchors").requires_grad_();
        using var loss = new AnchorLoss(MyStylePlusPlus.Attributes(), Options(variant), anchors);
        foreach (var batch in (long[][])[[3, 0, 7, 11, 1], [2, 10], [4, 5, 6, 8, 9]])
        {
            var terms = loss.PeerTerms(anchors, directions, tensor(batch));
            Near.Equal(MyStylePlusPlus.Read($"Lanc_terms_{assignment}_{variant}").index_select(0, tensor(batch)), terms, 1e-9, 1e-9);
            terms.sum().backward();
        }
        Near.Equal(MyStylePlusPlus.Read($"Lanc_grad_detached_c_{assignment}_{variant}"), anchors.grad!, 1e-9, 1e-9);
    }

    [Fact]
    public void The_ordering_term_moves_inverted_levels_and_a_lone_photo()
    {
        using var scope = NewDisposeScope();
        // One dimension: levels 0, 10, 20 with coordinates out of order at 10 and 20; the last level is held by one photo.
        var levels = AttributeLevels.Quantise("yaw", [0, 0, 10, 10, 20], LevelOptions.Bins(10, minPhotos: 1));
        var anchors = tensor([0.0, 1.0, 5.0, 7.0, 3.0]).view(5, 1).requires_grad_();
        using var loss = new AnchorLoss([levels], new AnchorLossOptions { PeerWeight = 0, OrderWeight = 1 }, anchors);
        // Level means 0.5, 6, 3 -> isotonic 0.5, 5, 5 (6·2 + 3·1 over 3).
        Near.Equal(tensor([0.5, 0.5, 0.0, 2.0, 2.0]).view(5, 1), loss.OrderTerms(anchors, ones(1, 1, dtype: ScalarType.Float64)), 1e-12);
        loss.Compute(anchors, ones(1, 1, dtype: ScalarType.Float64)).backward();
        Near.Equal(tensor([-0.2, 0.2, 0.0, 0.2, -0.2]).view(5, 1), anchors.grad!, 1e-12);
    }

    [Fact]
    public void Photos_without_a_value_and_categories_are_not_ordered()
    {
        using var scope = NewDisposeScope();
        var known = AttributeLevels.Quantise("yaw", [10, 0, double.NaN], LevelOptions.Bins(5, minPhotos: 1));
        var tags = AttributeLevels.Quantise("glasses", [1, 0, 0], LevelOptions.Categories);
        var anchors = tensor([1.0, 2.0, 9.0, 4.0, 5.0, 5.5]).view(3, 2);
        using var loss = new AnchorLoss([known, tags], new AnchorLossOptions(), anchors);
        // Yaw: 9 at 0 degrees and 1 at 10 degrees pool to 5; the third photo has no yaw. Tags: photos 2 and 3 share one, 4 against 5.5.
        Near.Equal(tensor([4.0, 0.0, 4.0, 0.0, 0.0, 0.0]).view(3, 2), loss.OrderTerms(anchors, eye(2, dtype: ScalarType.Float64)), 1e-12);
        Near.Equal(tensor([0.0, 0.0, 0.0, 1.5, 0.0, 1.5]).view(3, 2), loss.PeerTerms(anchors, eye(2, dtype: ScalarType.Float64)), 1e-12);
    }

    [Fact]
    public void Attributes_can_be_added_one_after_another()
    {
        using var scope = NewDisposeScope();
        var anchors = MyStylePlusPlus.Read("anchors");
        var directions = MyStylePlusPlus.Read("d_primary");
        using var loss = new AnchorLoss(MyStylePlusPlus.Attributes(), Options("l1_excl_self"), anchors);
        Near.Equal(MyStylePlusPlus.Read("Lanc_terms_primary_l1_excl_self").narrow(1, 0, 2), loss.PeerTerms(anchors, directions.narrow(0, 0, 2)), 1e-9);
    }

    [Fact]
    public void A_step_leaves_no_tensor_behind()
    {
        var anchors = randn(20, 32).requires_grad_();
        var directions = randn(1, 32);
        var levels = AttributeLevels.Quantise("yaw", Enumerable.Range(0, 20).Select(n => (double)n), LevelOptions.Bins(5));
        using var loss = new AnchorLoss([levels], new AnchorLossOptions(), anchors);
        void Step()
        {
            using var scope = NewDisposeScope();
            loss.Compute(anchors, directions, tensor([1L, 5, 7])).backward();
        }
        Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 100; i++)
            Step();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static AnchorLossOptions Options(string variant) => new()
    {
        Deviation = variant.StartsWith("l1") ? Deviation.L1 : Deviation.SquaredL2,
        IncludeSelf = variant.Contains("incl"),
    };
}
