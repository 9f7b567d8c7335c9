using System.Diagnostics;
using System.Text.RegularExpressions;

namespace WebStudio.Server.Tests.Accounts;

/// <summary>The program as it is started by hand: what it prints, and what the printed link does.</summary>
public sealed partial class SetUpLinkTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task The_printed_link_makes_the_first_account_once_and_a_restart_voids_an_unused_one()
    {
        var unused = "";
        await WithServerAsync((_, link) =>
        {
            unused = link;
            return Task.CompletedTask;
        });
        await WithServerAsync(async (address, link) =>
        {
            Assert.NotEqual(unused, link);
            using var visitor = new StudioVisitor(address);
            Assert.Contains("This link does not work", (await visitor.GetAsync(unused)).Text);
            Assert.Equal("/", (await visitor.SubmitAsync(link, "join", ("Input.Name", "Ada"), ("Input.Email", "ada@example.org"), ("Input.Password", StudioServer.Password))).Location);
            Assert.Equal(System.Net.HttpStatusCode.OK, (await visitor.GetAsync("/admin/people")).Status); // the first one runs the server

            using var second = new StudioVisitor(address);
            Assert.Contains("This link does not work", (await second.GetAsync(link)).Text);
        });

        using var process = Start();
        Assert.NotNull(await LineAsync(process, AddressPattern()));
        process.Kill(entireProcessTree: true);
        Assert.Null(await LineAsync(process, LinkPattern())); // there is an account: no link any more
    }

    private Process Start() => Cli.Start("serve", "--urls", "http://127.0.0.1:0", "--Storage:Root", _data.Path);

    private async Task WithServerAsync(Func<Uri, string, Task> visit)
    {
        using var process = Start();
        try
        {
            var address = await LineAsync(process, AddressPattern());
            Assert.NotNull(address);
            var link = await LineAsync(process, LinkPattern());
            Assert.NotNull(link);
            await visit(new(address), link);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    /// <summary>Reads on to the line that is looked for; null where the program ends first.</summary>
    private static async Task<string?> LineAsync(Process process, Regex pattern)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            if (pattern.Match(line) is { Success: true } match)
                return match.Groups[1].Value;
        return null;
    }

    [GeneratedRegex(@"WebStudio is at (http://127\.0\.0\.1:\d+)")]
    private static partial Regex AddressPattern();

    [GeneratedRegex(@"http\S+?(/setup/\S+)")]
    private static partial Regex LinkPattern();
}
