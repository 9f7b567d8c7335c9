using System.Globalization;
using Bunit;
using WebStudio.Components.Layout;

namespace WebStudio.Components.Tests.Training;

public sealed class ChartTests : BunitContext
{
    [Fact]
    public void Every_value_is_a_point_later_ones_to_the_right_and_greater_ones_higher()
    {
        var points = Points(Draw(("Reconstruction", 0, [(1, 0.8), (2, 0.2), (4, 0.4)])).Find("polyline"));
        Assert.Equal(3, points.Count);
        Assert.True(points[0].X < points[1].X && points[1].X < points[2].X, "time goes to the right");
        Assert.Equal(2 * (points[1].X - points[0].X), points[2].X - points[1].X, 0.2);
        Assert.True(points[0].Y < points[2].Y && points[2].Y < points[1].Y, "the greatest value is the highest point");
    }

    [Fact]
    public void The_picture_is_told_in_words_too()
    {
        var chart = Draw(("Smile", 1, [(0, 0.5), (9, 0.0125)]), ("Age", 2, []));
        Assert.Equal("Losses: Smile from 0.5 to 0.0125", chart.Find("svg[role=img]").GetAttribute("aria-label"));
        Assert.Equal("pass 9", chart.FindAll("text")[^1].TextContent);
    }

    [Fact]
    public void Only_several_lines_need_names()
    {
        Assert.Empty(Draw(("Smile", 1, [(0, 1)])).FindAll(".key"));
        Assert.Equal(["Smile", "Age"], Draw(("Smile", 1, [(0, 1)]), ("Age", 2, [(0, 1)])).FindAll(".key").Select(k => k.TextContent));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Without_a_course_it_still_stands(int values)
    {
        var chart = Draw(("Smile", 1, [.. Enumerable.Repeat((3.0, 0.0), values)]));
        Assert.Equal(values == 0 ? "Losses: nothing yet" : "Losses: Smile from 0 to 0", chart.Find("svg").GetAttribute("aria-label"));
        Assert.Equal(values, Points(chart.Find("polyline")).Count);
    }

    internal static List<(double X, double Y)> Points(AngleSharp.Dom.IElement line) =>
        [.. line.GetAttribute("points")!.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split(',')).Select(p => (double.Parse(p[0], CultureInfo.InvariantCulture), double.Parse(p[1], CultureInfo.InvariantCulture)))];

    private IRenderedComponent<Chart> Draw(params (string Name, int Colour, List<(double X, double Y)> Points)[] series) =>
        Render<Chart>(chart => chart.Add(c => c.Title, "Losses").Add(c => c.Series, series));
}
