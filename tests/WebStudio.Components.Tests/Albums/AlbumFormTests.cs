using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using WebStudio.Components.Albums;
using WebStudio.Gpu;

namespace WebStudio.Components.Tests.Albums;

public sealed class AlbumFormTests : BunitContext
{
    private const string DateField = ".mud-picker input";

    private readonly List<AlbumDraft> _saved = [];

    public AlbumFormTests()
    {
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    [Theory]
    [InlineData("#album-name", "Enter a name.")]
    [InlineData("#album-person", "Enter the person's name.")]
    public void A_name_that_is_left_empty_is_asked_for(string field, string sentence)
    {
        var form = Show();
        Assert.DoesNotContain(sentence, form.Markup);
        form.Find(field).Input("S");
        form.Find(field).Input("");
        form.Find(field).Blur();
        form.WaitForAssertion(() => Assert.Contains(sentence, form.Markup));
    }

    [Fact]
    public void A_consent_may_be_left_open_and_the_form_says_what_that_means()
    {
        var form = Show();
        Assert.Contains("training is refused", form.Find(".mud-alert").TextContent);
        Assert.All(["#album-scope", DateField], field => Assert.True(form.Find(field).HasAttribute("disabled"), field));
        Fill(form);
        form.Find("form").Submit();
        Assert.Null(Assert.Single(_saved).Consent);
    }

    [Fact]
    public void As_soon_as_somebody_agrees_scope_and_last_day_are_recorded_with_it()
    {
        var form = Show();
        Fill(form);
        form.Find("#album-given-by").Input("Lea's mother");
        Assert.Empty(form.FindAll(".mud-alert"));
        form.Find("#album-scope").Change("Portraits for the school play");
        form.Find(DateField).Change("2030-05-01");
        form.Find("form").Submit();
        Assert.Equal(new("Summer", "Lea", new("Lea's mother", "Portraits for the school play", new(2030, 5, 1))), Assert.Single(_saved));
    }

    [Fact]
    public void The_usual_scope_is_offered_and_a_consent_may_have_no_end()
    {
        var form = Show();
        Fill(form);
        form.Find("#album-given-by").Input("Lea");
        form.Find("form").Submit();
        var consent = Assert.Single(_saved).Consent!;
        Assert.Contains("within this studio", consent.Scope);
        Assert.Null(consent.Until);
    }

    [Theory]
    [InlineData("1 May 2030")]
    [InlineData("2030-02-31")]
    public void A_last_day_that_cannot_be_read_does_not_become_a_consent_without_an_end(string day)
    {
        var form = Show();
        Fill(form);
        form.Find("#album-given-by").Input("Lea");
        form.Find(DateField).Change(day);
        form.Find("form").Submit();
        Assert.Empty(_saved);
        Assert.Contains("2030-12-31", form.Find(".mud-alert").TextContent); // how a day is written
        form.Find(DateField).Change("2030-05-01");
        form.Find("form").Submit();
        Assert.Equal(new DateOnly(2030, 5, 1), Assert.Single(_saved).Consent!.Until);
    }

    [Fact]
    public void An_album_is_changed_from_what_it_says_and_a_consent_is_taken_back_by_naming_nobody()
    {
        var form = Show(new(AlbumPhotos.AlbumId, "Summer", "Lea", false, null, new("Lea", "Portraits", new(2030, 5, 1)), true, "", true, null, new(1, 1)));
        Assert.Equal(["Summer", "Lea", "Lea", "2030-05-01"], new[] { "#album-name", "#album-person", "#album-given-by", DateField }.Select(field => form.Find(field).GetAttribute("value")));
        form.Find("#album-given-by").Input(" ");
        Assert.Contains("training is refused", form.Find(".mud-alert").TextContent);
        form.Find("form").Submit();
        Assert.Equal(new("Summer", "Lea", null), Assert.Single(_saved));
    }

    [Fact]
    public void What_speaks_against_it_is_said_and_what_was_entered_stays()
    {
        var form = Show(save: _ => throw new InvalidInputException("Enter a name."));
        form.Find("#album-person").Input("Lea");
        form.Find("form").Submit();
        Assert.Contains("Enter a name.", form.FindAll(".mud-alert")[^1].TextContent);
        Assert.Equal("Lea", form.Find("#album-person").GetAttribute("value"));
        Assert.False(form.Find("button[type=submit]").HasAttribute("disabled"));
    }

    [Fact]
    public void Sent_twice_it_is_saved_once()
    {
        var hold = new TaskCompletionSource();
        var form = Show(save: draft =>
        {
            _saved.Add(draft);
            return hold.Task;
        });
        Fill(form);
        form.Find("form").Submit();
        Assert.True(form.Find("button[type=submit]").HasAttribute("disabled"), "it is being saved");
        form.Find("form").Submit();
        Assert.Single(_saved);
        hold.SetResult();
        form.WaitForAssertion(() => Assert.False(form.Find("button[type=submit]").HasAttribute("disabled")));
    }

    private static void Fill(IRenderedComponent<AlbumForm> form)
    {
        form.Find("#album-name").Input("Summer");
        form.Find("#album-person").Input("Lea");
    }

    private IRenderedComponent<AlbumForm> Show(AlbumView? album = null, Func<AlbumDraft, Task>? save = null) => Render<AlbumForm>(form => form
        .Add(f => f.Album, album)
        .Add(f => f.Submit, "Save")
        .Add(f => f.OnSave, save ?? (draft =>
        {
            _saved.Add(draft);
            return Task.CompletedTask;
        })));
}
