using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;

namespace WebStudio.Server.Tests.Accounts;

/// <summary>The second factor, with an authenticator app of the test's own (RFC 6238).</summary>
public sealed partial class SecondFactorTests(StudioServer studio) : IClassFixture<StudioServer>
{
    private const string Page = "/account/second-factor";

    [Fact]
    public async Task With_it_a_password_alone_does_not_sign_in()
    {
        await studio.JoinAsync("Ada");
        var (key, _) = await SwitchOnAsync("Ada");
        using var visitor = studio.Visit();
        var code = (await visitor.SignInAsync("ada@example.org", StudioServer.Password, "/account/sign-in?returnUrl=%2Falbums")).Location!;
        Assert.StartsWith("/account/code?", code);
        Assert.StartsWith("/account/sign-in", (await visitor.GetAsync("/")).Location);

        Assert.Contains("This code is not right", (await visitor.SubmitAsync(code, "code", ("Input.Code", Wrong(Totp(key))))).Text);
        Assert.Equal("/albums", (await visitor.SubmitAsync(code, "code", ("Input.Code", Totp(key)))).Location);
        Assert.Contains("Your account", (await visitor.GetAsync("/account")).Text);
    }

    [Fact]
    public async Task A_recovery_code_works_once()
    {
        await studio.JoinAsync("Bob");
        var (_, codes) = await SwitchOnAsync("Bob");
        Assert.Equal(10, codes.Distinct().Count());
        foreach (var works in new[] { true, false })
        {
            using var visitor = studio.Visit();
            var page = (await visitor.SignInAsync("bob@example.org", StudioServer.Password)).Location!;
            Assert.Equal(works, (await visitor.SubmitAsync(page, "code", ("Input.Code", codes[0]))).Location == "/");
        }
    }

    [Fact]
    public async Task Wrong_codes_lock_the_account_as_wrong_passwords_do()
    {
        await studio.JoinAsync("Carl");
        var (key, _) = await SwitchOnAsync("Carl");
        using var visitor = studio.Visit();
        var page = (await visitor.SignInAsync("carl@example.org", StudioServer.Password)).Location!;
        for (var i = 0; i < 6; i++)
            await visitor.SubmitAsync(page, "code", ("Input.Code", Wrong(Totp(key))));
        Assert.Contains("locked", (await visitor.SubmitAsync(page, "code", ("Input.Code", Totp(key)))).Text);
    }

    [Fact]
    public async Task A_wrong_code_does_not_switch_it_on()
    {
        await studio.JoinAsync("Dora");
        using var dora = await studio.SignInAsync("Dora");
        var key = Key((await dora.GetAsync(Page)).Text);
        Assert.Contains("This code is not right", (await dora.SubmitAsync(Page, "on", ("Input.Code", Wrong(Totp(key))))).Text);
        using var visitor = studio.Visit();
        Assert.Equal("/", (await visitor.SignInAsync("dora@example.org", StudioServer.Password)).Location);
    }

    [Fact]
    public async Task Switched_off_the_old_secret_is_worth_nothing()
    {
        await studio.JoinAsync("Eve");
        var (key, _) = await SwitchOnAsync("Eve");
        using var eve = studio.Visit();
        var page = (await eve.SignInAsync("eve@example.org", StudioServer.Password)).Location!;
        await eve.SubmitAsync(page, "code", ("Input.Code", Totp(key)));
        Assert.DoesNotContain("otpauth", (await eve.GetAsync(Page)).Text);
        Assert.Equal("/account?saved=factor-off", (await eve.SubmitAsync(Page, "off")).Location);
        Assert.NotEqual(key, Key((await eve.GetAsync(Page)).Text));
        using var visitor = studio.Visit();
        Assert.Equal("/", (await visitor.SignInAsync("eve@example.org", StudioServer.Password)).Location);
    }

    [Fact]
    public async Task Looking_at_ones_account_ends_no_session()
    {
        var fay = await studio.JoinAsync("Fay");
        using var visitor = await studio.SignInAsync("Fay");
        var before = await StampAsync(fay.UserId);
        await visitor.GetAsync("/account");
        Assert.Equal(before, await StampAsync(fay.UserId));
    }

    private async Task<string?> StampAsync(string id)
    {
        await using var db = await studio.DatabaseAsync();
        return await db.Users.Where(u => u.Id == id).Select(u => u.SecurityStamp).SingleAsync();
    }

    private async Task<(string Key, string[] Codes)> SwitchOnAsync(string name)
    {
        using var visitor = await studio.SignInAsync(name);
        var key = Key((await visitor.GetAsync(Page)).Text);
        var answer = await visitor.SubmitAsync(Page, "on", ("Input.Code", Totp(key)));
        return (key, [.. RecoveryPattern().Matches(answer.Text).Select(m => m.Groups[1].Value)]);
    }

    private static string Key(string page) => KeyPattern().Match(page).Groups[1].Value.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>RFC 6238 with SHA-1, six digits and steps of thirty seconds.</summary>
    private static string Totp(string base32)
    {
        var bits = string.Concat(base32.Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c), 2).PadLeft(5, '0')));
        var secret = Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(8 * i, 8), 2)).ToArray();
        var step = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(step, DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // the algorithm of the standard
        var hash = HMACSHA1.HashData(secret, step);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 15)) & int.MaxValue;
        return (number % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
    }

    /// <summary>A code that differs from the right one, and from its neighbours in time unless chance is against it by one in 200,000.</summary>
    private static string Wrong(string code) => ((int.Parse(code, CultureInfo.InvariantCulture) + 1) % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);

    [GeneratedRegex("<code>([a-z2-7 ]{30,})</code>")]
    private static partial Regex KeyPattern();

    [GeneratedRegex("<li><code>([^<]+)</code></li>")]
    private static partial Regex RecoveryPattern();
}
