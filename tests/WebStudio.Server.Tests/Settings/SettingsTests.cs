using System.Collections;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Gpu;
using WebStudio.Server.Settings;

namespace WebStudio.Server.Tests.Settings;

/// <summary>What may stand in appsettings.json, and what stops the start.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData("--Albums:MaxPhotos=0", "Albums:MaxPhotos is '0'; a whole number from 1 to 5000 is accepted.")]
    [InlineData("--Albums:MaxPhotos=many", "Albums:MaxPhotos is 'many'; a whole number from 1 to 5000 is accepted.")]
    [InlineData("--Albums:MaxPhoto=3", "Albums:MaxPhoto is no option. Albums has MaxFileMegabytes, MaxMegapixels, MaxPhotos.")]
    [InlineData("--Album:MaxPhotos=3", "Album is no section. There are Access, Albums,")]
    [InlineData("--Access:RequireHttps=maybe", "Access:RequireHttps is 'maybe'; true or false is accepted.")]
    [InlineData("--Storage:Root=", "Storage:Root is ''; it must not be empty.")]
    [InlineData("--Bases:MaxFileBytes=-5", "Bases:MaxFileBytes is '-5'; a whole number from 1 to")]
    public void A_wrong_setting_stops_the_start_and_is_named(string setting, string sentence)
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<InvalidInputException>(() => StudioHost.Build([$"--Storage:Root={folder.Path}", setting]));
        Assert.Contains(sentence, error.Message);
    }

    [Fact]
    public void All_wrong_settings_are_told_at_once()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<InvalidInputException>(() => StudioHost.Build([$"--Storage:Root={folder.Path}", "--Bin:Days=x", "--Limits:SignInsPerMinute=-1"]));
        Assert.Contains("Bin:Days", error.Message);
        Assert.Contains("Limits:SignInsPerMinute", error.Message);
    }

    [Fact]
    public void A_proxy_that_is_no_address_stops_the_start()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.ThrowsAny<Exception>(() => StudioHost.Build([$"--Storage:Root={folder.Path}", "--Access:Proxies:0=my proxy"]));
        Assert.Contains("Access:Proxies", error.Message);
    }

    [Fact]
    public async Task Every_option_stands_in_appsettings_with_the_value_that_holds_without_it()
    {
        using var folder = new TemporaryFolder();
        await using var app = StudioHost.Build([$"--Storage:Root={folder.Path}"]);
        var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip };
        using var written = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), TestContext.Current.CancellationToken), options);
        var sections = app.Services.GetServices<SettingsSection>().ToList();
        Assert.True(sections.Count > 8);
        foreach (var section in sections)
        {
            Assert.True(written.RootElement.TryGetProperty(section.Name, out var part), $"appsettings.json has no section {section.Name}");
            var defaults = Activator.CreateInstance(section.Options);
            Assert.Equal(section.Keys.Select(k => k.Name).Order(StringComparer.Ordinal), part.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
            foreach (var key in section.Keys)
            {
                var (expected, found) = (key.GetValue(defaults), part.GetProperty(key.Name));
                if (expected is IEnumerable and not string)
                    Assert.Equal(0, found.GetArrayLength());
                else
                    Assert.Equal(expected, found.Deserialize(key.PropertyType));
            }
        }
    }
}
