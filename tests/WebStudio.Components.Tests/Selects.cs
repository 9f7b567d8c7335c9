using Bunit;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace WebStudio.Components.Tests;

/// <summary>Chooses in a list that opens, as a user does.</summary>
internal static class Selects
{
    public static void Choose<T>(this IRenderedComponent<MudPopoverProvider> popovers, IRenderedComponent<T> page, string list, string item)
        where T : IComponent
    {
        page.Find($".mud-input-control:has([role=combobox][aria-label='{list}'])").MouseDown();
        popovers.WaitForAssertion(() => Assert.NotEmpty(popovers.FindAll(".mud-list-item")));
        popovers.FindAll(".mud-list-item").Single(i => i.TextContent.Trim() == item).Click();
    }
}
