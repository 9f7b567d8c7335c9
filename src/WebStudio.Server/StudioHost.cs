using Microsoft.Extensions.Options;
using MudBlazor.Services;
using WebStudio.Components;
using WebStudio.Components.Home;
using WebStudio.Gpu;
using WebStudio.Server.Access;
using WebStudio.Server.Accounts;
using WebStudio.Server.Accounts.Sessions;
using WebStudio.Server.Admin;
using WebStudio.Server.Albums;
using WebStudio.Server.Api;
using WebStudio.Server.Backups;
using WebStudio.Server.Creations;
using WebStudio.Server.Data;
using WebStudio.Server.Deletions;
using WebStudio.Server.Editing;
using WebStudio.Server.Execution;
using WebStudio.Server.Exports.Everything;
using WebStudio.Server.Health;
using WebStudio.Server.Home;
using WebStudio.Server.Jobs;
using WebStudio.Server.Models;
using WebStudio.Server.Reviews;
using WebStudio.Server.Settings;
using WebStudio.Server.Storage;
using WebStudio.Server.Telemetry;
using WebStudio.Server.Verbs;

namespace WebStudio.Server;

/// <summary>The web application: what it is made of, in the order in which it is needed.</summary>
internal static class StudioHost
{
    /// <summary>Runs until it is stopped.</summary>
    /// <param name="args">Settings of ASP.NET Core's command-line form: --urls http://*:8080 --Storage:Root /srv/webstudio.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = Build(args);
            app.Services.GetRequiredService<IStartupValidator>().Validate(); // what is wrong is told in a sentence, before anything is touched
            await app.MigrateAsync();
            await app.RunAsync();
            return 0;
        }
        catch (Exception e) when (e is InvalidInputException or OptionsValidationException)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
            return ExitCode.Usage;
        }
    }

    /// <summary>The application, not started; the database is not touched yet.</summary>
    public static WebApplication Build(string[] args)
    {
        // The name by which the static files are found, also when tests host the application.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory, ApplicationName = typeof(StudioHost).Assembly.GetName().Name });
        builder.WebHost.UseStaticWebAssets(); // files of the packages, also when started from the build output
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMinutes(1)); // for checkpoints
        builder.Host.UseSystemd(); // says when it is ready, where systemd started it
        var services = builder.Services;
        services.AddStorage(builder.Configuration).AddData().AddDevice().AddAccess(builder.Configuration);
        services.AddAccounts().AddAlbums(builder.Configuration).AddModels().AddJobs(builder.Configuration).AddEditing(builder.Configuration).AddCreations().AddReviews().AddEverything().AddAdmin(builder.Configuration).AddDeletions(builder.Configuration).AddApi(builder.Configuration).AddTelemetry(builder.Configuration).AddHealth().AddBackups(builder.Configuration);
        services.AddMudServices(c => c.SnackbarConfiguration.PositionClass = MudBlazor.Defaults.Classes.Position.BottomRight); // where no button is
        services.AddSingleton<IHome, HomeService>();
        services.AddRazorComponents().AddInteractiveServerComponents();

        var app = builder.Build();
        app.CheckSettings();
        app.UseForwardedHeaders();
        app.UseSecurityHeaders();
        app.UseErrorPages();
        app.UseAuthentication();
        app.UseConnectionWatch();
        app.UseRequestLimits();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null); // ours says more
        app.MapAccounts().MapAlbums().MapModels().MapJobs().MapEditing().MapCreations().MapEverything().MapAdmin().MapApi().MapHealth();
        return app;
    }
}
