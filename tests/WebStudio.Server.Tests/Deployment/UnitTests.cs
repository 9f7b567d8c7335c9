using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Server.Settings;

namespace WebStudio.Server.Tests.Deployment;

/// <summary>The systemd unit of the documentation starts the server with settings that it has.</summary>
public sealed partial class UnitTests
{
    [Fact]
    public async Task The_unit_names_settings_that_there_are()
    {
        var unit = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "webstudio.service"), TestContext.Current.CancellationToken);
        var line = Assert.Single(unit.Split('\n'), l => l.StartsWith("ExecStart=", StringComparison.Ordinal));
        using var folder = new TemporaryFolder();
        var arguments = SettingPattern().Matches(line).SelectMany(m => new[] { $"--{m.Groups[1].Value}", m.Groups[2].Value }).ToArray();
        Assert.Contains("--Access:RequireHttps", arguments);
        Assert.Superset(new HashSet<string> { "UMask=0077", "StateDirectoryMode=0700" }, unit.Split('\n').ToHashSet()); // for no other account of the machine
        await using var app = StudioHost.Build([.. arguments[..^2], "--Storage:Root", folder.Path]); // unknown ones would stop it
        Assert.Equal("--Storage:Root", arguments[^2]);
        Assert.NotEmpty(app.Services.GetServices<SettingsSection>());
    }

    [GeneratedRegex(@"--(\S+) (\S+)")]
    private static partial Regex SettingPattern();
}
