using System.Globalization;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using WebStudio.Components.Training;

namespace WebStudio.Components.Tests.Training;

public sealed class AnchorScatterTests : BunitContext
{
    private static readonly Guid Album = Guid.NewGuid();

    private static readonly JobProgress Progress = new()
    {
        Attributes = ["yaw", "smile", "glasses"],
        Photos = [Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()],
        Values = [[-30, 10, null], [0, 90, null], [null, 50, null]],
        Coordinates = [[-2, 0, 7], [0, 3, 6], [2, 1, 5]],
    };

    private readonly IRenderedComponent<MudPopoverProvider> _popovers;

    public AnchorScatterTests()
    {
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        JSInterop.Mode = JSRuntimeMode.Loose;
        _popovers = Render<MudPopoverProvider>();
    }

    [Fact]
    public void Before_there_are_anchors_the_place_says_when_they_come()
    {
        var plot = Draw(new());
        Assert.Contains("first steps of training", plot.Markup);
        Assert.Empty(plot.FindAll("svg"));
    }

    [Fact]
    public void Every_photo_is_a_point_by_the_first_two_attributes()
    {
        var plot = Draw(Progress);
        Assert.Equal("Anchors of 3 photos by Head turn and Smile", plot.Find(".plot svg").GetAttribute("aria-label"));
        var points = Points(plot);
        Assert.Equal(3, points.Count);
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).OrderBy(n => points[n].X));
        Assert.Equal([1, 2, 0], Enumerable.Range(0, 3).OrderBy(n => points[n].Y)); // the highest point first
        Assert.All(points, p => Assert.True(p.X is > 20 and < 390 && p.Y is > 10 and < 280, $"{p} lies outside the axes"));
    }

    [Fact]
    public void Another_attribute_chosen_for_an_axis_arranges_the_points_by_it()
    {
        var plot = Draw(Progress);
        var before = Points(plot);
        _popovers.Choose(plot, "To the right", "glasses");
        Assert.Equal("Anchors of 3 photos by glasses and Smile", plot.Find(".plot svg").GetAttribute("aria-label"));
        Assert.Equal(["glasses →", "↑ Smile"], plot.FindAll(".plot svg text").Select(t => t.TextContent));
        var points = Points(plot);
        Assert.Equal([2, 1, 0], Enumerable.Range(0, 3).OrderBy(n => points[n].X));
        Assert.Equal(before.Select(p => p.Y), points.Select(p => p.Y));

        _popovers.Choose(plot, "Upwards", "Head turn");
        Assert.Equal("Anchors of 3 photos by glasses and Head turn", plot.Find(".plot svg").GetAttribute("aria-label"));
        Assert.Equal([2, 1, 0], Enumerable.Range(0, 3).OrderBy(n => Points(plot)[n].Y));
    }

    [Fact]
    public void Axes_that_were_chosen_stay_when_the_anchors_move_on()
    {
        var plot = Draw(Progress);
        _popovers.Choose(plot, "Upwards", "Head turn");
        plot.Render(p => p.Add(s => s.Progress, Progress with { Coordinates = [[1, 0, 0], [-1, 0, 0], [0, 0, 0]] }));
        Assert.Equal("Anchors of 3 photos by Head turn and Head turn", plot.Find(".plot svg").GetAttribute("aria-label"));
        Assert.Equal([1, 2, 0], Enumerable.Range(0, 3).OrderBy(n => Points(plot)[n].X));
    }

    [Fact]
    public void A_photo_without_a_value_has_no_colour_of_the_scale()
    {
        var colours = Draw(Progress).FindAll("circle").Select(c => c.GetAttribute("fill")!).ToList();
        Assert.All(colours[..2], colour => Assert.StartsWith("rgb(", colour, StringComparison.Ordinal));
        Assert.NotEqual(colours[0], colours[1]);
        Assert.DoesNotContain("rgb", colours[2], StringComparison.Ordinal);
    }

    [Fact]
    public void The_photo_of_the_point_under_the_pointer_is_shown()
    {
        var plot = Draw(Progress);
        Assert.Empty(plot.FindAll("img"));
        plot.FindAll("circle")[2].PointerEnter();
        Assert.Equal($"/files/albums/{Album}/photos/{Progress.Photos[2]}/face", plot.Find("img").GetAttribute("src"));
    }

    [Fact]
    public void One_attribute_is_both_axes_and_equal_anchors_still_have_a_place()
    {
        var plot = Draw(Progress with { Attributes = ["smile"], Values = [[1], [1]], Coordinates = [[4], [4]] });
        Assert.Equal("Anchors of 2 photos by Smile and Smile", plot.Find(".plot svg").GetAttribute("aria-label"));
        Assert.Equal(2, Points(plot).Count(p => double.IsFinite(p.X) && double.IsFinite(p.Y)));
    }

    private IRenderedComponent<AnchorScatter> Draw(JobProgress progress) => Render<AnchorScatter>(plot => plot.Add(p => p.AlbumId, Album).Add(p => p.Progress, progress));

    private static List<(double X, double Y)> Points(IRenderedComponent<AnchorScatter> plot) =>
        [.. plot.FindAll("circle").Select(c => c.GetAttribute("style")!.Split('(', ',', ')')).Select(p => (Pixels(p[1]), Pixels(p[2])))];

    private static double Pixels(string text) => double.Parse(text.Replace("px", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
}
