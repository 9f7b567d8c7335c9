using System.Security.Claims;
using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using WebStudio.Components.Access;
using WebStudio.Components.Layout;
using WebStudio.Components.Reviews;
using WebStudio.Components.Tests.Training;
using WebStudio.Components.Training;

namespace WebStudio.Components.Tests.Layout;

public sealed class MainLayoutTests : BunitContext
{
    private static readonly JobNotice Trained = new(Guid.NewGuid(), Guid.NewGuid(), "Lea", "Succeeded", true, "Lea is trained.");

    private readonly Feed _feed = new();
    private readonly Told _notices = new();
    private readonly BunitAuthorizationContext _user;

    public MainLayoutTests()
    {
        Services.AddMudServices();
        Services.AddSingleton<IJobFeed>(_feed);
        Services.AddSingleton<INotices>(_notices);
        JSInterop.Mode = JSRuntimeMode.Loose;
        _user = this.AddAuthorization().SetAuthorized("ada@example.org");
        SetRole(StudioRoles.Member);
    }

    [Theory]
    [InlineData(StudioRoles.Member, false)]
    [InlineData(StudioRoles.Supervisor, false)]
    [InlineData(StudioRoles.Admin, true)]
    public void Only_an_admins_role_brings_the_pages_of_admins(string role, bool offered)
    {
        SetRole(role);
        Assert.Equal(offered, Show().FindAll("a[href='/admin/people']").Count > 0);
    }

    [Theory]
    [InlineData(StudioRoles.Member, false)]
    [InlineData(StudioRoles.Supervisor, true)]
    public void Only_a_supervisors_role_brings_reviews_and_the_log(string role, bool offered)
    {
        SetRole(role);
        var layout = Show();
        Assert.Equal(offered, layout.FindAll("a[href='/reviews']").Count > 0);
        Assert.Equal(offered, layout.FindAll("a[href='/audit']").Count > 0);
    }

    [Fact]
    public void Unread_notices_are_counted_and_the_count_follows_them()
    {
        var layout = Show();
        Assert.Equal("Notices", layout.Find("[aria-label^='Notices']").GetAttribute("aria-label"));
        _notices.Tell(new(Guid.NewGuid(), "Lea, Version 1, was approved.", "/models/1", DateTimeOffset.UnixEpoch, false));
        layout.WaitForAssertion(() => Assert.Equal("Notices, 1 unread", layout.Find("[aria-label^='Notices']").GetAttribute("aria-label")));
    }

    [Fact]
    public void A_page_that_fails_is_replaced_and_the_way_on_stays()
    {
        var layout = Show(_ => throw new InvalidOperationException("broken"));
        Assert.Equal("This page failed", layout.Find("main h1").TextContent);
        Assert.NotEmpty(layout.FindAll("a[href='/albums']"));
    }

    [Fact]
    public void The_end_of_a_training_is_told_wherever_one_is()
    {
        var layout = Show(body => body.AddContent(0, "Albums"));
        _feed.Tell(Trained with { Ended = false, State = "Running", Message = "Lea is under way." });
        _feed.Tell(Trained);
        layout.WaitForAssertion(() => Assert.Equal([("Lea is trained.", Severity.Success)], Services.GetRequiredService<ISnackbar>().ShownSnackbars.Select(toast => (toast.Message, toast.Severity))));
        layout.WaitForAssertion(() => layout.FindAll(".mud-snackbar button").First(b => b.TextContent.Trim() == "Show").Click());
        Assert.EndsWith($"/models/{Trained.ModelId}", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Once_it_is_left_it_listens_no_longer()
    {
        var layout = Show();
        Assert.Equal(1, _feed.Listeners);
        layout.Instance.Dispose();
        Assert.Equal(0, _feed.Listeners);
    }

    private void SetRole(string role) => _user.SetClaims(new Claim(ClaimTypes.NameIdentifier, "ada"), new Claim(Viewer.StudioClaim, Guid.NewGuid().ToString()), new Claim(ClaimTypes.Role, role));

    private IRenderedComponent<MainLayout> Show(RenderFragment? body = null) => Render<MainLayout>(layout => layout.Add(l => l.Body, body ?? (_ => { })));

    private sealed class Told : INotices
    {
        private readonly List<NoticeView> _all = [];
        private Action? _changed;

        public void Tell(NoticeView notice)
        {
            _all.Add(notice);
            _changed?.Invoke();
        }

        public Task<IReadOnlyList<NoticeView>> ListAsync(Viewer viewer) => Task.FromResult<IReadOnlyList<NoticeView>>([.. _all]);

        public Task ReadAsync(Viewer viewer, Guid? notice) => Task.CompletedTask;

        public IDisposable Watch(Viewer viewer, Action changed)
        {
            _changed = changed;
            return new Subscription(() => _changed = null);
        }
    }
}
