using System.Security.Claims;

namespace WebStudio.Components.Accounts;

/// <summary>How an attempt to sign in ended.</summary>
public enum SignInOutcome
{
    /// <summary>Signed in.</summary>
    Done,

    /// <summary>The password is right; a code of the authenticator app is asked for next.</summary>
    NeedsCode,

    /// <summary>Name and password, or the code, do not fit.</summary>
    Wrong,

    /// <summary>Too many wrong attempts, or locked by an admin.</summary>
    Locked,
}

/// <summary>An open invitation or reset link.</summary>
/// <param name="Studio">Name of the studio.</param>
/// <param name="IsSetUp">True for the link that makes the first account.</param>
/// <param name="Email">For a reset link: whose password it sets; null for invitations.</param>
public sealed record OpenLink(string Studio, bool IsSetUp, string? Email);

/// <summary>State of the second factor.</summary>
/// <param name="IsOn">A code is asked for at sign-in.</param>
/// <param name="RecoveryCodesLeft">Unused recovery codes.</param>
public sealed record SecondFactor(bool IsOn, int RecoveryCodesLeft);

/// <summary>The secret that an authenticator app is given.</summary>
/// <param name="Key">To type in, in groups of four.</param>
/// <param name="QrCode">The same as a picture: a data address of an SVG.</param>
public sealed record AuthenticatorKey(string Key, string QrCode);

/// <summary>A passkey of an account.</summary>
/// <param name="Id">Its credential id, base64url.</param>
/// <param name="Name">As its owner calls it.</param>
/// <param name="CreatedAt">When it was added.</param>
public sealed record PasskeyEntry(string Id, string Name, DateTimeOffset CreatedAt);

/// <summary>A browser that is signed in.</summary>
/// <param name="Id">Of the session.</param>
/// <param name="Device">Browser and system.</param>
/// <param name="CreatedAt">When it signed in.</param>
/// <param name="UsedAt">Its last request, to about a minute.</param>
/// <param name="IsCurrent">The one that asks.</param>
public sealed record SessionEntry(Guid Id, string Device, DateTimeOffset CreatedAt, DateTimeOffset UsedAt, bool IsCurrent);

/// <summary>What the account pages need. Lists of strings are errors as sentences; empty means done.</summary>
public interface IAccounts
{
    /// <summary>Signs in with a password.</summary>
    Task<SignInOutcome> SignInAsync(string email, string password, bool remember);

    /// <summary>The second step: a code of the app, or a recovery code.</summary>
    Task<SignInOutcome> SignInWithCodeAsync(string code, bool remember);

    /// <summary>Signs in with what the browser's passkey dialog answered (JSON).</summary>
    Task<SignInOutcome> SignInWithPasskeyAsync(string credential);

    /// <summary>Ends the session.</summary>
    Task SignOutAsync();

    /// <summary>Browsers that are signed in to the account, the last used first.</summary>
    Task<IReadOnlyList<SessionEntry>> SessionsAsync(ClaimsPrincipal user);

    /// <summary>Signs one browser out; its open pages are cut at once.</summary>
    Task EndSessionAsync(ClaimsPrincipal user, Guid session);

    /// <summary>Signs out every browser but this one.</summary>
    Task EndOtherSessionsAsync(ClaimsPrincipal user);

    /// <summary>The invitation, set-up or reset link that a secret belongs to; null when it is used, expired or made up.</summary>
    Task<OpenLink?> FindLinkAsync(string secret);

    /// <summary>Makes the account an invitation is for and signs it in.</summary>
    Task<IReadOnlyList<string>> JoinAsync(string secret, string name, string email, string password);

    /// <summary>Sets a new password by a reset link.</summary>
    Task<IReadOnlyList<string>> ResetPasswordAsync(string secret, string password);

    /// <summary>Changes the password of the signed-in user; other sessions end.</summary>
    Task<IReadOnlyList<string>> ChangePasswordAsync(ClaimsPrincipal user, string current, string replacement);

    /// <summary>Changes the name shown to others.</summary>
    Task<IReadOnlyList<string>> RenameAsync(ClaimsPrincipal user, string name);

    /// <summary>State of the second factor.</summary>
    Task<SecondFactor> SecondFactorAsync(ClaimsPrincipal user);

    /// <summary>The secret for an authenticator app, made where there is none. Only to be shown while the second factor is off.</summary>
    Task<AuthenticatorKey> AuthenticatorKeyAsync(ClaimsPrincipal user);

    /// <summary>Switches the second factor on.</summary>
    /// <returns>Recovery codes to write down; null when the code is wrong.</returns>
    Task<IReadOnlyList<string>?> EnableSecondFactorAsync(ClaimsPrincipal user, string code);

    /// <summary>Switches the second factor off and forgets its secret.</summary>
    Task DisableSecondFactorAsync(ClaimsPrincipal user);

    /// <summary>Passkeys of the account.</summary>
    Task<IReadOnlyList<PasskeyEntry>> PasskeysAsync(ClaimsPrincipal user);

    /// <summary>Adds what the browser's passkey dialog answered (JSON) under a name.</summary>
    Task<IReadOnlyList<string>> AddPasskeyAsync(ClaimsPrincipal user, string credential, string name);

    /// <summary>Removes a passkey.</summary>
    Task RemovePasskeyAsync(ClaimsPrincipal user, string id);
}
