using Bunit;
using WebStudio.Components.Training;

namespace WebStudio.Components.Tests.Training;

public sealed class LossCurvesTests : BunitContext
{
    [Fact]
    public void There_is_a_line_for_the_reconstruction_and_one_for_each_attribute()
    {
        var curves = Draw([new(0, 0.9, []), new(1, 0.6, [0.4, 0.2]), new(2, 0.5, [0.3, 0.1])], "smile", "glasses");
        Assert.Equal(["Reconstruction: Reconstruction from 0.9 to 0.5", "Arrangement of the attributes: Smile from 0.4 to 0.3, glasses from 0.2 to 0.1"], curves.FindAll("svg").Select(s => s.GetAttribute("aria-label")));
        Assert.Equal([3, 2, 2], curves.FindAll("polyline").Select(line => ChartTests.Points(line).Count));
    }

    [Fact]
    public void A_training_without_attributes_has_one_chart() => Assert.Single(Draw([new(0, 0.9, [])]).FindAll("svg"));

    private IRenderedComponent<LossCurves> Draw(IReadOnlyList<LossPoint> history, params string[] attributes) =>
        Render<LossCurves>(curves => curves.Add(c => c.History, history).Add(c => c.Attributes, attributes));
}
