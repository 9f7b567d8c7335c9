using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using WebStudio.Components.Models;

namespace WebStudio.Components.Tests.Models;

public sealed class EditableNameTests : BunitContext
{
    private readonly List<string> _changed = [];

    public EditableNameTests()
    {
        Services.AddMudServices();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    [Fact]
    public void Whoever_may_not_change_it_reads_it()
    {
        var name = Show(mayChange: false);
        Assert.Equal("Lea", name.Find("h2").TextContent);
        Assert.Empty(name.FindAll("button"));
    }

    [Theory]
    [InlineData("Lea outdoors", "Lea outdoors")]
    [InlineData("Lea", null)]
    [InlineData("  ", null)]
    public void A_name_is_changed_where_it_stands_but_not_into_itself_or_into_nothing(string entered, string? changed)
    {
        var name = Show();
        name.Find("[aria-label='Rename Lea']").Click();
        Assert.Equal("Lea", name.Find("input").GetAttribute("value"));
        name.Find("input").Change(entered);
        name.Find("form").Submit();
        Assert.Equal(changed is null ? [] : [changed], _changed);
        Assert.Empty(name.FindAll("form"));
    }

    [Fact]
    public void What_was_entered_can_be_left_and_is_not_there_the_next_time()
    {
        var name = Show();
        name.Find("[aria-label='Rename Lea']").Click();
        name.Find("input").Change("Eve");
        name.Find("[aria-label='Leave the name']").Click();
        Assert.Equal("Lea", name.Find("h2").TextContent);
        Assert.Empty(_changed);
        name.Find("[aria-label='Rename Lea']").Click();
        Assert.Equal("Lea", name.Find("input").GetAttribute("value"));
    }

    private IRenderedComponent<EditableName> Show(bool mayChange = true) =>
        Render<EditableName>(name => name.Add(n => n.Text, "Lea").Add(n => n.MayChange, mayChange).Add(n => n.Changed, _changed.Add));
}
