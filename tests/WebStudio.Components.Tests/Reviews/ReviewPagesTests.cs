using System.Security.Claims;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using WebStudio.Components.Access;
using WebStudio.Components.Reviews;

namespace WebStudio.Components.Tests.Reviews;

public sealed class ReviewPagesTests : BunitContext
{
    private readonly KnownReviews _reviews = new();

    public ReviewPagesTests()
    {
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton<IReviews>(_reviews);
        JSInterop.Mode = JSRuntimeMode.Loose;
        var user = this.AddAuthorization().SetAuthorized("sue@example.org");
        user.SetClaims(new Claim(ClaimTypes.NameIdentifier, "sue"), new Claim(Viewer.StudioClaim, Guid.NewGuid().ToString()), new Claim(ClaimTypes.Role, StudioRoles.Supervisor));
    }

    [Fact]
    public void The_inbox_lists_what_waits_and_what_was_decided()
    {
        Assert.Contains("Nothing waits", Render<ReviewsPage>().Find(".empty").TextContent, StringComparison.Ordinal);
        var waiting = _reviews.Add(Guid.NewGuid(), "Lea");
        _reviews.Add(Guid.NewGuid(), "Tom");
        _reviews.Decide(_reviews.All[0].VersionId, ReviewState.Approved, "");
        var page = Render<ReviewsPage>();
        Assert.Equal([$"/reviews/{waiting.Id}"], page.FindAll(".inbox a").Select(a => a.GetAttribute("href")));
        Assert.Contains("Tom, Version 1", page.Find("table").TextContent, StringComparison.Ordinal);
        Assert.Contains("approved", page.Find("table").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_reviews_come_in_pages()
    {
        _reviews.PageSize = 2;
        for (var n = 0; n < 5; n++)
            _reviews.Add(Guid.NewGuid(), $"Lea {n}");
        var page = Render<ReviewsPage>();
        Assert.Equal(["Lea 4, Version 1", "Lea 3, Version 1"], page.FindAll(".inbox strong").Select(s => s.TextContent));
        await page.Find("nav").QuerySelectorAll("button").Single(b => b.TextContent.Trim() == "3").ClickAsync(new());
        Assert.Equal(["Lea 0, Version 1"], page.FindAll(".inbox strong").Select(s => s.TextContent));
    }

    [Fact]
    public void Approval_before_export_is_switched_here()
    {
        var page = Render<ReviewsPage>();
        page.Find("input[type=checkbox]").Change(true);
        Assert.True(_reviews.Required);
    }

    [Fact]
    public void Sending_back_needs_words_and_shows_them_then()
    {
        var review = _reviews.Add(Guid.NewGuid());
        var page = Render<ReviewPage>(p => p.Add(r => r.ReviewId, review.Id));
        page.FindAll("button").Single(b => b.TextContent == "Send back").Click();
        Assert.Contains("Say what is to be changed", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        page.Find("textarea").Change("The smile is stiff.");
        page.FindAll("button").Single(b => b.TextContent == "Send back").Click();
        Assert.Contains("sent back", page.Find(".history").TextContent, StringComparison.Ordinal);
        Assert.Contains("The smile is stiff.", page.Find(".history").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("textarea")); // decided
    }

    [Fact]
    public void An_edit_is_shown_beside_its_photo_with_what_was_moved()
    {
        var edit = new ReviewedEdit(Guid.NewGuid(), "/files/versions/v/album/0003.png", [new("yaw", -12.5, "°"), new("age", 40, "years")]);
        var review = _reviews.AddEdit("Turned", edit);
        var inbox = Render<ReviewsPage>();
        Assert.Equal(("Lea, Turned", $"/files/edits/{edit.Id}/picture.webp"), (inbox.Find(".inbox strong").TextContent, inbox.Find(".inbox img").GetAttribute("src")));
        var page = Render<ReviewPage>(p => p.Add(r => r.ReviewId, review.Id));
        Assert.Equal("Lea, Turned", page.Find("h1").TextContent);
        Assert.Equal([edit.Before, $"/files/edits/{edit.Id}/picture.webp"], page.FindAll(".pair img").Select(i => i.GetAttribute("src")));
        Assert.Equal("head turn −12.5°, age 40 years", page.FindAll(".pair figcaption")[1].TextContent);
        Assert.EndsWith($"&edit={edit.Id}", page.FindAll(".page-head a").Single(a => a.TextContent.Trim() == "Try it").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_consent_that_ran_out_is_a_warning()
    {
        var review = _reviews.Add(Guid.NewGuid());
        Assert.Contains("Consent: Lea: portraits", Render<ReviewPage>(p => p.Add(r => r.ReviewId, review.Id)).Markup, StringComparison.Ordinal);
        _reviews.WithoutConsent = "The consent of Lea ended on 1 Mar 2026.";
        var page = Render<ReviewPage>(p => p.Add(r => r.ReviewId, review.Id));
        Assert.Contains(_reviews.WithoutConsent, page.Find(".mud-alert").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Consent: Lea", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_may_not_decide_only_looks()
    {
        var review = _reviews.Add(Guid.NewGuid(), mayDecide: false);
        Assert.Empty(Render<ReviewPage>(p => p.Add(r => r.ReviewId, review.Id)).FindAll("textarea"));
        Assert.Contains("does not exist", Render<ReviewPage>(p => p.Add(r => r.ReviewId, Guid.NewGuid())).Markup, StringComparison.Ordinal);
    }
}
