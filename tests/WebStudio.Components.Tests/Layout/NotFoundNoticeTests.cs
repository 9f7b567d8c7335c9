using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using WebStudio.Components.Layout;

namespace WebStudio.Components.Tests.Layout;

public sealed class NotFoundNoticeTests : BunitContext
{
    public NotFoundNoticeTests() => Services.AddMudServices();

    [Theory]
    [InlineData(null, "The page does not exist")]
    [InlineData("This album was deleted.", "This album was deleted.")]
    public void It_says_what_is_missing_and_leads_home(string? text, string said)
    {
        var notice = Render<NotFoundNotice>(n =>
        {
            if (text is not null)
                n.Add(p => p.Text, text);
        });
        Assert.Equal("There is nothing here", notice.Find("h1").TextContent);
        Assert.StartsWith(said, notice.Find("p").TextContent, StringComparison.Ordinal);
        Assert.Equal("/", notice.Find("a").GetAttribute("href"));
    }
}
