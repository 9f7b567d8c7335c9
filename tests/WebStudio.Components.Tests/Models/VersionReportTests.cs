using Bunit;
using WebStudio.Components.Models;
using WebStudio.Gpu.Evaluation;
using static WebStudio.Components.Tests.Models.Reports;

namespace WebStudio.Components.Tests.Models;

public sealed class VersionReportTests : BunitContext
{
    [Fact]
    public void Likeness_identity_and_effort_are_told_in_figures()
    {
        var figures = Show(Report).FindAll(".figures > div").Select(f => f.TextContent).ToList();
        Assert.Equal(["27.3 dBlikeness of the photos (+5.8 by training)", "0.81identity; photos of the album among themselves: 0.74", "23 photos40 passes, 16 minutes"], figures);
    }

    [Fact]
    public void What_was_not_measured_is_said_to_be_so()
    {
        var report = Show(Report with { Final = new(27.3, 0.2, double.NaN), GalleryIdentity = double.NaN });
        Assert.Equal("not measuredidentity; photos of the album among themselves: not measured", report.FindAll(".figures > div")[1].TextContent);
    }

    [Fact]
    public void Every_attribute_has_its_range_its_order_and_five_pictures()
    {
        var report = Show(Report);
        Assert.Equal(["Head turn −30 to 28 ° · in order", "Smile 0 to 90 % · mostly in order", "glasses  · weakly ordered"], report.FindAll(".strips .strip > span").Select(s => s.TextContent));
        Assert.All(report.FindAll(".strips .strip"), strip => Assert.Equal(5, strip.QuerySelectorAll("img").Length));
        Assert.EndsWith("/preview/strip-1-4.webp", report.FindAll(".strips .strip")[1].QuerySelectorAll("img")[4].GetAttribute("src"), StringComparison.Ordinal);
        Assert.Equal("Smile, step 5 of 5", report.FindAll(".strips .strip")[1].QuerySelectorAll("img")[4].GetAttribute("alt"));
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(23, 6)]
    public void Some_photos_are_shown_as_the_version_shows_them(int photos, int shown)
    {
        var pictures = Show(Report with { Photos = photos }).FindAll(".photos img");
        Assert.Equal(shown, pictures.Count);
        Assert.All(pictures, picture => Assert.True(picture.HasAttribute("width") && picture.HasAttribute("height"), "a picture without its size makes the page jump"));
    }

    private IRenderedComponent<VersionReport> Show(ModelReport report) => Render<VersionReport>(r => r.Add(p => p.Version, Reports.Version(1) with { Report = report }));
}
