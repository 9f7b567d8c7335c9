using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using WebStudio.Components.Access;
using WebStudio.Components.Albums;

namespace WebStudio.Components.Tests.Albums;

public sealed class NewAlbumPageTests : BunitContext
{
    private readonly KnownAlbums _albums = new();

    public NewAlbumPageTests()
    {
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton<IAlbums>(_albums);
        JSInterop.Mode = JSRuntimeMode.Loose;
        var user = this.AddAuthorization().SetAuthorized("ada@example.org");
        user.SetClaims(new Claim(ClaimTypes.NameIdentifier, "ada"), new Claim(Viewer.StudioClaim, Guid.NewGuid().ToString()));
    }

    [Fact]
    public void A_new_album_leads_on_to_its_photos()
    {
        var page = Render<NewAlbumPage>();
        page.Find("#album-name").Input("Summer");
        page.Find("#album-person").Input("Lea");
        page.Find("form").Submit();
        Assert.Equal(new("Summer", "Lea", null), Assert.Single(_albums.Created));
        Assert.EndsWith($"/albums/{AlbumPhotos.AlbumId}", Address, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelled_it_leads_back_to_the_albums_and_makes_none()
    {
        var page = Render<NewAlbumPage>();
        page.Find("#album-name").Input("Summer");
        page.FindAll("button").Single(b => b.TextContent.Trim() == "Cancel").Click();
        Assert.EndsWith("/albums", Address, StringComparison.Ordinal);
        Assert.Empty(_albums.Created);
    }

    private string Address => Services.GetRequiredService<NavigationManager>().Uri;
}
