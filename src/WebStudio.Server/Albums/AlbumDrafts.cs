using WebStudio.Components.Albums;
using WebStudio.Gpu;

namespace WebStudio.Server.Albums;

/// <summary>What a user says of an album, checked.</summary>
internal static class AlbumDrafts
{
    private const int MaxName = 100, MaxScope = 1000;

    /// <exception cref="InvalidInputException">A field is empty or too long; the message names it.</exception>
    public static AlbumDraft Checked(AlbumDraft draft) => new(
        Text(draft.Name, "the album's name", MaxName),
        Text(draft.Person, "the person's name", MaxName),
        draft.Consent is { } c ? new(Text(c.GivenBy, "the name of whoever agrees", MaxName), Text(c.Scope, "the scope of the consent", MaxScope), c.Until) : null);

    /// <summary>The record; the time of one that says nothing new stays.</summary>
    public static Consent? Record(ConsentView? said, Consent? before, DateTimeOffset now) =>
        said is null ? null
        : before is not null && (before.GivenBy, before.Scope, before.Until) == (said.GivenBy, said.Scope, said.Until) ? before
        : new() { GivenBy = said.GivenBy, Scope = said.Scope, Until = said.Until, RecordedAt = now };

    private static string Text(string text, string what, int most) => text.Trim() switch
    {
        "" => throw new InvalidInputException($"Enter {what}."),
        { Length: var length } when length > most => throw new InvalidInputException($"{what[..1].ToUpperInvariant()}{what[1..]} is {length} characters long; at most {most} are accepted."),
        var trimmed => trimmed,
    };
}
