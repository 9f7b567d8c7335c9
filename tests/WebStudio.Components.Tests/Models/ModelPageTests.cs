using System.Security.Claims;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using WebStudio.Components.Access;
using WebStudio.Components.Models;
using WebStudio.Components.Reviews;
using WebStudio.Components.Storage;
using WebStudio.Components.Tests.Reviews;
using WebStudio.Components.Tests.Storage;
using static WebStudio.Components.Tests.Models.Reports;

namespace WebStudio.Components.Tests.Models;

public sealed class ModelPageTests : BunitContext
{
    private static readonly ModelView Model = new(Guid.NewGuid(), "Lea outdoors", Guid.NewGuid(), "Lea", true, null, [Version(3, endedEarly: true), Version(2, current: true), Version(1)]);

    private readonly Known _models = new() { Model = Model };
    private readonly KnownReviews _reviews = new();
    private readonly Bins _bin = new();
    private readonly IRenderedComponent<MudDialogProvider> _dialogs;

    public ModelPageTests()
    {
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton<IModels>(_models);
        Services.AddSingleton<IBin>(_bin);
        Services.AddSingleton<IReviews>(_reviews);
        JSInterop.Mode = JSRuntimeMode.Loose;
        var user = this.AddAuthorization().SetAuthorized("ada@example.org");
        user.SetClaims(new Claim(ClaimTypes.NameIdentifier, "ada"), new Claim(Viewer.StudioClaim, Guid.NewGuid().ToString()));
        _dialogs = Render<MudDialogProvider>();
    }

    [Fact]
    public void A_model_that_is_not_there_is_said_to_be_missing()
    {
        _models.Model = null;
        Assert.Contains("This model does not exist", Open().Find("h1").ParentElement!.TextContent);
    }

    [Fact]
    public void Versions_are_listed_with_date_and_size_and_can_be_edited_with()
    {
        var page = Open();
        Assert.Equal(["Version 3", "Version 2", "Version 1"], page.FindAll("h2").Select(h => h.TextContent));
        Assert.Contains("3 Mar 2026, 12:00 UTC · 34 MB · ended early", Head(page, "Version 3").TextContent);
        Assert.DoesNotContain("ended early", Head(page, "Version 2").TextContent);
        Assert.Equal(["Version 2"], Model.Versions.Select(v => v.Name).Where(name => Head(page, name).QuerySelector(".mud-chip") is not null));
        Assert.Equal(Model.Versions.Select(v => $"/models/{Model.Id}/edit?version={v.Id}"), page.FindAll(".version-head a").Select(a => a.GetAttribute("href")));
        Assert.Equal(3, page.FindAll(".figures").Count);
    }

    [Fact]
    public void The_head_leads_to_album_editor_and_a_further_training()
    {
        Assert.Equal([("Album of Lea", $"/albums/{Model.AlbumId}"), ("Train a further version", $"/albums/{Model.AlbumId}/train"), ("Open editor", $"/models/{Model.Id}/edit")], Links(Open()));
    }

    [Fact]
    public void A_version_is_sent_for_review_and_says_what_came_of_it()
    {
        var page = Open();
        Head(page, "Version 2").QuerySelectorAll("button").Single(b => b.TextContent == "Send for review").Click();
        Assert.Equal([Model.Versions[1].Id], _reviews.Sent);
        Assert.Equal("waits for review", Head(page, "Version 2").QuerySelectorAll("a").First().TextContent);
        _reviews.Decide(Model.Versions[1].Id, ReviewState.SentBack, "Too dark.");
        page = Open();
        Assert.Contains("Too dark.", page.Markup, StringComparison.Ordinal);
        Assert.Contains("Send for review", Head(page, "Version 2").TextContent, StringComparison.Ordinal); // again
    }

    [Fact]
    public void A_model_in_its_first_training_says_that_the_version_comes()
    {
        var job = Guid.NewGuid();
        _models.Model = Model with { JobId = job, Versions = [] };
        var page = Open();
        Assert.Contains("No version yet. It comes when the training ends.", page.Find(".empty").TextContent);
        Assert.Equal([("Album of Lea", $"/albums/{Model.AlbumId}"), ("Watch training", $"/jobs/{job}")], Links(page));
    }

    [Fact]
    public void Whoever_may_only_look_sees_the_versions_and_nothing_to_change_them_with()
    {
        _models.Model = Model with { MayChange = false };
        var page = Open();
        Assert.Equal(3, page.FindAll("h2").Count);
        Assert.Empty(page.FindAll("button"));
        Assert.Equal(["Album of Lea", "Open editor"], Links(page).Select(link => link.Text));
    }

    [Fact]
    public void Model_and_version_are_renamed_where_their_names_stand()
    {
        var page = Open();
        Rename(page, "Lea outdoors", "Lea in summer");
        Assert.Equal("Lea in summer", page.Find("h1").TextContent);
        Rename(page, "Version 1", "First try");
        Assert.Equal(["Version 3", "Version 2", "First try"], page.FindAll("h2").Select(h => h.TextContent));
    }

    [Fact]
    public void An_older_version_is_made_current_again()
    {
        var page = Open();
        Assert.DoesNotContain("Make current", Head(page, "Version 2").TextContent);
        Head(page, "Version 1").QuerySelectorAll("button").Single(b => b.TextContent.Trim() == "Make current").Click();
        Assert.Contains("current", Head(page, "Version 1").QuerySelector(".mud-chip")!.TextContent);
        Assert.Null(Head(page, "Version 2").QuerySelector(".mud-chip"));
        Assert.Contains("Make current", Head(page, "Version 2").TextContent);
    }

    [Fact]
    public void Two_versions_are_laid_side_by_side_until_one_is_let_go()
    {
        var page = Open();
        Compare(page, "Version 3", true);
        Assert.Equal(3, page.FindAll("h2").Count);
        Compare(page, "Version 1", true);
        Assert.Equal(["Version 3", "Version 1"], page.FindAll(".versions.pair h2").Select(h => h.TextContent));
        Compare(page, "Version 3", false);
        Assert.Equal(["Version 3", "Version 2", "Version 1"], page.FindAll("h2").Select(h => h.TextContent));
        Assert.Equal(["Version 1"], Model.Versions.Select(v => v.Name).Where(name => Head(page, name).QuerySelector("input")!.HasAttribute("checked")));
    }

    [Fact]
    public void A_single_version_has_nothing_to_be_compared_with()
    {
        _models.Model = Model with { Versions = [Model.Versions[1]] };
        Assert.Empty(Open().FindAll("input[type=checkbox]"));
    }

    [Fact]
    public void A_version_is_deleted_only_after_a_question_and_never_the_current_one()
    {
        var page = Open();
        Assert.Empty(page.FindAll("[aria-label='Delete Version 2']"));
        Delete(page, "Version 1", "Keep it");
        Assert.Equal(3, page.FindAll("h2").Count);
        Delete(page, "Version 1", "Delete");
        page.WaitForAssertion(() => Assert.Equal(["Version 3", "Version 2"], page.FindAll("h2").Select(h => h.TextContent)));
    }

    [Fact]
    public void A_compared_version_that_is_deleted_leaves_the_others_to_be_seen()
    {
        var page = Open();
        Compare(page, "Version 3", true);
        Compare(page, "Version 1", true);
        Delete(page, "Version 1", "Delete");
        page.WaitForAssertion(() => Assert.Equal(["Version 3", "Version 2"], page.FindAll("h2").Select(h => h.TextContent)));
    }

    [Fact]
    public void What_speaks_against_deleting_is_said()
    {
        _models.Refusal = "Version 1 is the version the editor opens: make another one current first.";
        var page = Open();
        Delete(page, "Version 1", "Delete");
        page.WaitForAssertion(() => Assert.Equal(_models.Refusal, Services.GetRequiredService<ISnackbar>().ShownSnackbars.Single().Message));
        Assert.Equal(3, page.FindAll("h2").Count);
    }

    private IRenderedComponent<ModelPage> Open() => Render<ModelPage>(page => page.Add(p => p.ModelId, Model.Id));

    private static IEnumerable<(string Text, string? Address)> Links(IRenderedComponent<ModelPage> page) => page.FindAll(".page-head a").Select(a => (a.TextContent.Trim(), a.GetAttribute("href")));

    private static AngleSharp.Dom.IElement Head(IRenderedComponent<ModelPage> page, string version) => page.FindAll(".version-head").Single(head => head.QuerySelector("h2")!.TextContent == version);

    private static void Compare(IRenderedComponent<ModelPage> page, string version, bool on) => Head(page, version).QuerySelector("input[type=checkbox]")!.Change(on);

    private static void Rename(IRenderedComponent<ModelPage> page, string name, string into)
    {
        page.Find($"[aria-label='Rename {name}']").Click();
        page.Find("form input").Change(into);
        page.Find("form").Submit();
    }

    private void Delete(IRenderedComponent<ModelPage> page, string version, string answer)
    {
        page.Find($"[aria-label='Delete {version}']").Click();
        _dialogs.WaitForAssertion(() => Assert.Contains($"Delete {version}?", _dialogs.Markup));
        _dialogs.FindAll("button").Single(b => b.TextContent.Trim() == answer).Click();
        _dialogs.WaitForAssertion(() => Assert.DoesNotContain($"Delete {version}?", _dialogs.Markup));
    }

    private sealed class Known : IModels
    {
        public ModelView? Model { get; set; }

        public string? Refusal { get; set; }

        public Task<ModelView?> FindAsync(Viewer viewer, Guid model) => Task.FromResult(Model);

        public Task RenameAsync(Viewer viewer, Guid model, string name) => Becomes(Model! with { Name = name });

        public Task RenameVersionAsync(Viewer viewer, Guid version, string name) => Becomes(Model! with { Versions = [.. Model.Versions.Select(v => v.Id == version ? v with { Name = name } : v)] });

        public Task MakeCurrentAsync(Viewer viewer, Guid version) => Becomes(Model! with { Versions = [.. Model.Versions.Select(v => v with { IsCurrent = v.Id == version })] });

        public Task<string?> DeleteAsync(Viewer viewer, Guid model) => Task.FromResult(Refusal);

        public Task<string?> DeleteVersionAsync(Viewer viewer, Guid version)
        {
            if (Refusal is null)
                Model = Model! with { Versions = [.. Model.Versions.Where(v => v.Id != version)] };
            return Task.FromResult(Refusal);
        }

        private Task Becomes(ModelView model)
        {
            Model = model;
            return Task.CompletedTask;
        }
    }
}
