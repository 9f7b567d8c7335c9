using System.Buffers.Text;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using QRCoder;
using WebStudio.Components.Accounts;
using WebStudio.Server.Accounts.Sessions;
using WebStudio.Server.Audit;
using WebStudio.Server.Data;
using SignInResult = Microsoft.AspNetCore.Identity.SignInResult;

namespace WebStudio.Server.Accounts;

/// <summary>What the account pages need, by ASP.NET Core Identity.</summary>
internal sealed class Accounts(UserManager<StudioUser> users, SignInManager<StudioUser> signIn, StudioDb db, Links links, IHttpContextAccessor http, SessionRegistry sessions, AuditLog audit, TimeProvider time) : IAccounts
{
    private const int RecoveryCodes = 10;

    public async Task<SignInOutcome> SignInAsync(string email, string password, bool remember) =>
        await NotedAsync(Outcome(await signIn.PasswordSignInAsync(email, password, remember, lockoutOnFailure: true)), await users.FindByNameAsync(email), "password");

    public async Task<SignInOutcome> SignInWithCodeAsync(string code, bool remember)
    {
        var digits = code.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        var isCode = digits.Length == 6 && digits.All(char.IsAsciiDigit);
        var user = await signIn.GetTwoFactorAuthenticationUserAsync(); // signed in, it is asked for no second factor any more
        return await NotedAsync(Outcome(isCode ? await signIn.TwoFactorAuthenticatorSignInAsync(digits, remember, rememberClient: false) : await signIn.TwoFactorRecoveryCodeSignInAsync(code.Trim())), user, isCode ? "password and code" : "password and recovery code");
    }

    public async Task<SignInOutcome> SignInWithPasskeyAsync(string credential)
    {
        if (await Answered(credential, signIn.PerformPasskeyAssertionAsync) is not { Succeeded: true } assertion)
            return SignInOutcome.Wrong;
        if (await users.IsLockedOutAsync(assertion.User))
            return SignInOutcome.Locked; // the key is right, the account is not to be used
        await users.AddOrUpdatePasskeyAsync(assertion.User, assertion.Passkey); // its counter, by which a copied key shows
        await signIn.SignInAsync(assertion.User, isPersistent: false);
        return await NotedAsync(SignInOutcome.Done, assertion.User, "passkey");
    }

    public Task SignOutAsync() => signIn.SignOutAsync();

    public async Task<IReadOnlyList<SessionEntry>> SessionsAsync(ClaimsPrincipal user) =>
        [.. (await sessions.ListAsync((await Account(user)).Id)).Select(s => new SessionEntry(s.Id, s.Device, s.CreatedAt, s.UsedAt, s.Id == SessionRegistry.Of(user)))];

    public async Task EndSessionAsync(ClaimsPrincipal user, Guid session) => await sessions.EndAsync((await Account(user)).Id, session);

    public async Task EndOtherSessionsAsync(ClaimsPrincipal user) => await sessions.EndAllAsync((await Account(user)).Id, SessionRegistry.Of(user));

    public async Task<OpenLink?> FindLinkAsync(string secret)
    {
        if (await links.FindAsync(db, secret) is not { } link)
            return null;
        var email = link.ResetsUserId is { } id ? (await users.FindByIdAsync(id))?.Email : null;
        return new(link.Studio!.Name, link.InvitedById is null, email);
    }

    public async Task<IReadOnlyList<string>> JoinAsync(string secret, string name, string email, string password)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        if (await links.FindAsync(db, secret) is not { ResetsUserId: null } link)
            return ["This link was used already or has expired. Ask for a new one."];
        var user = new StudioUser { UserName = email.Trim(), Email = email.Trim(), DisplayName = name.Trim(), StudioId = link.StudioId, CreatedAt = time.GetUtcNow(), EmailConfirmed = true };
        var created = await users.CreateAsync(user, password);
        if (!created.Succeeded)
            return Sentences(created);
        await users.AddToRolesAsync(user, link.Roles.Split(','));
        link.AcceptedById = user.Id;
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        await signIn.SignInAsync(user, isPersistent: false);
        await audit.SignedInAsync(user, "joined");
        return [];
    }

    public async Task<IReadOnlyList<string>> ResetPasswordAsync(string secret, string password)
    {
        if (await links.FindAsync(db, secret) is not { ResetsUserId: { } id } link || await users.FindByIdAsync(id) is not { } user)
            return ["This link was used already or has expired. Ask for a new one."];
        var reset = await users.ResetPasswordAsync(user, await users.GeneratePasswordResetTokenAsync(user), password);
        if (!reset.Succeeded)
            return Sentences(reset);
        link.AcceptedById = user.Id;
        await db.SaveChangesAsync();
        await users.ResetAccessFailedCountAsync(user);
        await sessions.EndAllAsync(user.Id);
        return [];
    }

    public async Task<IReadOnlyList<string>> ChangePasswordAsync(ClaimsPrincipal user, string current, string replacement)
    {
        var account = await Account(user);
        var changed = await users.ChangePasswordAsync(account, current, replacement);
        if (changed.Succeeded)
            await RenewAsync(account);
        return Sentences(changed);
    }

    public async Task<IReadOnlyList<string>> RenameAsync(ClaimsPrincipal user, string name)
    {
        var account = await Account(user);
        account.DisplayName = name.Trim();
        var updated = await users.UpdateAsync(account);
        if (updated.Succeeded)
            await signIn.RefreshSignInAsync(account);
        return Sentences(updated);
    }

    public async Task<SecondFactor> SecondFactorAsync(ClaimsPrincipal user)
    {
        var account = await Account(user);
        return new(account.TwoFactorEnabled, await users.CountRecoveryCodesAsync(account));
    }

    public async Task<AuthenticatorKey> AuthenticatorKeyAsync(ClaimsPrincipal user)
    {
        var account = await Account(user);
        if (await users.GetAuthenticatorKeyAsync(account) is not { Length: > 0 })
        {
            await users.ResetAuthenticatorKeyAsync(account);
            await RenewAsync(account);
        }
        var key = (await users.GetAuthenticatorKeyAsync(account))!;
        var address = $"otpauth://totp/WebStudio:{Uri.EscapeDataString(account.Email!)}?secret={key}&issuer=WebStudio&digits=6";
        using var code = QRCodeGenerator.GenerateQrCode(address, QRCodeGenerator.ECCLevel.M);
        using var svg = new SvgQRCode(code);
        var picture = $"data:image/svg+xml;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(svg.GetGraphic(4)))}";
        return new(string.Join(' ', key.ToLowerInvariant().Chunk(4).Select(part => new string(part))), picture);
    }

    public async Task<IReadOnlyList<string>?> EnableSecondFactorAsync(ClaimsPrincipal user, string code)
    {
        var account = await Account(user);
        if (!await users.VerifyTwoFactorTokenAsync(account, users.Options.Tokens.AuthenticatorTokenProvider, code.Replace(" ", "", StringComparison.Ordinal)))
            return null;
        await users.SetTwoFactorEnabledAsync(account, true);
        await RenewAsync(account);
        return [.. await users.GenerateNewTwoFactorRecoveryCodesAsync(account, RecoveryCodes) ?? []];
    }

    public async Task DisableSecondFactorAsync(ClaimsPrincipal user)
    {
        var account = await Account(user);
        await users.SetTwoFactorEnabledAsync(account, false);
        await users.ResetAuthenticatorKeyAsync(account);
        await RenewAsync(account);
    }

    public async Task<IReadOnlyList<PasskeyEntry>> PasskeysAsync(ClaimsPrincipal user) =>
        [.. (await users.GetPasskeysAsync(await Account(user))).Select(p => new PasskeyEntry(Base64Url.EncodeToString(p.CredentialId), p.Name ?? "Passkey", p.CreatedAt))];

    public async Task<IReadOnlyList<string>> AddPasskeyAsync(ClaimsPrincipal user, string credential, string name)
    {
        if (await Answered(credential, signIn.PerformPasskeyAttestationAsync) is not { } attestation)
            return ["The browser's dialog gave no passkey. Try again."];
        if (!attestation.Succeeded)
            return [$"The passkey could not be added: {attestation.Failure.Message}"];
        attestation.Passkey.Name = name.Trim().Length > 0 ? name.Trim() : "Passkey";
        return Sentences(await users.AddOrUpdatePasskeyAsync(await Account(user), attestation.Passkey));
    }

    public async Task RemovePasskeyAsync(ClaimsPrincipal user, string id)
    {
        if (Base64Url.IsValid(id))
            await users.RemovePasskeyAsync(await Account(user), Base64Url.DecodeFromChars(id));
    }

    /// <summary>Judges what the browser's passkey dialog answered; null where it did not answer, or to no question of this session.</summary>
    private static async Task<T?> Answered<T>(string credential, Func<string, Task<T>> judge) where T : class
    {
        if (credential.Length == 0)
            return null;
        try
        {
            return await judge(credential);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>After a new password or second factor: this browser goes on, all others have to sign in again.</summary>
    private async Task RenewAsync(StudioUser account)
    {
        await signIn.RefreshSignInAsync(account);
        await sessions.EndAllAsync(account.Id, SessionRegistry.Of(http.HttpContext!.User));
    }

    /// <summary>The signed-in account, or an end of the session where it was deleted meanwhile.</summary>
    private async Task<StudioUser> Account(ClaimsPrincipal user)
    {
        if (await users.GetUserAsync(user) is { } account)
            return account;
        await http.HttpContext!.SignOutAsync(IdentityConstants.ApplicationScheme);
        throw new UnauthorizedAccessException("This account does not exist any more.");
    }

    private async Task<SignInOutcome> NotedAsync(SignInOutcome outcome, StudioUser? user, string how)
    {
        if (outcome == SignInOutcome.Done && user is not null)
            await audit.SignedInAsync(user, how);
        return outcome;
    }

    private static SignInOutcome Outcome(SignInResult result) =>
        result.Succeeded ? SignInOutcome.Done : result.RequiresTwoFactor ? SignInOutcome.NeedsCode : result.IsLockedOut ? SignInOutcome.Locked : SignInOutcome.Wrong;

    /// <summary>What speaks against it; the user name is the e-mail address, whose own sentence is enough.</summary>
    private static string[] Sentences(IdentityResult result) => [.. result.Errors.Where(error => error.Code != nameof(IdentityErrorDescriber.DuplicateUserName)).Select(error => error.Description)];
}
