using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using WebStudio.Components.Access;
using WebStudio.Components.Editing;

namespace WebStudio.Components.Tests.Editing;

public sealed class EditorPageTests : BunitContext
{
    private static readonly EditorStart Start = new(Guid.NewGuid(), "Lea in summer", "Version 2", "Lea", 128, 7, 3, true);

    private readonly Editing _editing = new();
    private readonly BunitJSModuleInterop _module;

    public EditorPageTests()
    {
        Services.AddMudServices();
        Services.AddSingleton<IEditing>(_editing);
        JSInterop.Mode = JSRuntimeMode.Loose;
        _module = JSInterop.SetupModule("./_content/WebStudio.Components/Editing/EditorPage.razor.js");
        _module.SetupModule("mount", _ => true);
    }

    [Fact]
    public void A_model_that_is_not_there_for_the_viewer_is_said_to_be_missing_and_no_script_runs()
    {
        var page = Open();
        Assert.Contains("belongs to somebody else", page.Markup);
        Assert.Empty(page.FindAll("canvas"));
        Assert.Empty(_module.Invocations["mount"]);
    }

    [Fact]
    public void The_page_opens_with_its_picture_reserved_and_says_that_it_loads()
    {
        _editing.Start = Start;
        var page = Open();
        Assert.Equal("Lea in summer", page.Find("h1").TextContent);
        Assert.Equal("loading", page.Find(".editor").GetAttribute("data-state"));
        Assert.Contains("Opening the model", page.Find(".cover.loading").TextContent);
        Assert.NotNull(page.Find("[aria-live=polite]"));
        Assert.NotNull(page.Find("canvas[aria-label]"));
        Assert.All(page.FindAll("img"), image => Assert.True(image.HasAttribute("width") && image.HasAttribute("height"), "a picture without its size makes the page jump"));
    }

    [Fact]
    public void Every_photo_of_the_version_is_a_starting_point_by_its_own_address()
    {
        _editing.Start = Start;
        var photos = Open().FindAll("[data-start]");
        Assert.Equal(7, photos.Count);
        Assert.Equal(("photo:6", "Photo 7"), (photos[6].GetAttribute("data-start"), photos[6].GetAttribute("aria-label")));
        Assert.Equal($"/files/versions/{Start.VersionId}/album/0007.png", photos[6].QuerySelector("img")!.GetAttribute("src"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Only_the_owner_can_keep_edits(bool owner)
    {
        _editing.Start = Start with { MaySave = owner };
        Assert.Equal(!owner, Open().Find("[data-part=save]").HasAttribute("disabled"));
    }

    [Fact]
    public void The_version_and_the_edit_of_the_address_are_what_is_opened()
    {
        _editing.Start = Start;
        var (model, version, edit) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        Services.GetRequiredService<Microsoft.AspNetCore.Components.NavigationManager>().NavigateTo($"/models/{model}/edit?version={version}&edit={edit}");
        Open(model);
        Assert.Equal((model, version), _editing.Asked);
        var given = Assert.Single(_module.Invocations["mount"]).Arguments[1]!.ToString();
        Assert.Contains(edit.ToString(), given);
        Assert.Contains(Start.VersionId.ToString(), given);
    }

    [Fact]
    public void Once_the_sliders_move_nothing_is_rendered_any_more()
    {
        _editing.Start = Start;
        var page = Open();
        var renders = page.RenderCount;
        page.Render();
        Assert.Equal(renders, page.RenderCount);
    }

    private IRenderedComponent<EditorPage> Open(Guid? model = null)
    {
        var identity = new ClaimsIdentity([new(ClaimTypes.NameIdentifier, "ada"), new(Viewer.StudioClaim, Guid.NewGuid().ToString())], "test");
        return Render<EditorPage>(page => page
            .Add(p => p.ModelId, model ?? Guid.NewGuid())
            .AddCascadingValue(Task.FromResult(new AuthenticationState(new ClaimsPrincipal(identity)))));
    }

    private sealed class Editing : IEditing
    {
        public EditorStart? Start { get; set; }

        public (Guid Model, Guid? Version) Asked { get; private set; }

        public Task<EditorStart?> FindAsync(Viewer viewer, Guid model, Guid? version)
        {
            Asked = (model, version);
            return Task.FromResult(Start);
        }
    }
}
