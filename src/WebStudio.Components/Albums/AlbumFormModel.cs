namespace WebStudio.Components.Albums;

/// <summary>What stands in the fields of <see cref="AlbumForm"/>.</summary>
internal sealed class AlbumFormModel
{
    /// <summary>The usual scope, offered as a start.</summary>
    public const string UsualScope = "Making a personalised model from my photos and editing portraits of me with it, within this studio.";

    public string Name { get; set; } = "";

    public string Person { get; set; } = "";

    public string GivenBy { get; set; } = "";

    public string Scope { get; set; } = UsualScope;

    public DateTime? Until { get; set; }

    /// <summary>Somebody agrees: only then there is a consent to record.</summary>
    public bool HasConsent => GivenBy.Trim().Length > 0;

    public static AlbumFormModel Of(AlbumView album) => new()
    {
        Name = album.Name,
        Person = album.Person,
        GivenBy = album.Consent?.GivenBy ?? "",
        Scope = album.Consent?.Scope ?? UsualScope,
        Until = album.Consent?.Until?.ToDateTime(TimeOnly.MinValue),
    };

    public AlbumDraft ToDraft() => new(Name, Person, HasConsent ? new(GivenBy, Scope, Until is { } day ? DateOnly.FromDateTime(day) : null) : null);
}
