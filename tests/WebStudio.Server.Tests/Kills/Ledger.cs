using System.Collections.Concurrent;

namespace WebStudio.Server.Tests.Kills;

/// <summary>How far a wish has come as far as the one who asked can know.</summary>
internal enum Wish
{
    /// <summary>Never asked.</summary>
    None,

    /// <summary>Asked; whether it was done is not known.</summary>
    Asked,

    /// <summary>The server said that it is done.</summary>
    Confirmed,
}

/// <summary>An album that the server said it made.</summary>
/// <param name="Id">Its id.</param>
/// <param name="IsTrainedOn">True for the one that is never deleted.</param>
internal sealed record KnownAlbum(Guid Id, bool IsTrainedOn)
{
    public Wish Deletion { get; set; }
}

/// <summary>A photo that the server said it took in.</summary>
internal sealed record KnownPhoto(Guid Id, KnownAlbum Album, string UploadSha256)
{
    public Wish Deletion { get; set; }

    /// <summary>What the last confirmed decision says, and those that were asked for since: any of them may hold.</summary>
    public ConcurrentQueue<string> Decisions { get; } = new([""]);
}

/// <summary>A model of which the server said that it is trained.</summary>
internal sealed record KnownModel(Guid Id)
{
    public Wish Deletion { get; set; }
}

/// <summary>A training that the server said it took.</summary>
internal sealed record KnownJob(Guid Id, KnownModel Model)
{
    /// <summary>Most passes that it was told to have finished.</summary>
    public int Passes { get; set; }

    /// <summary>Steps of its checkpoint when it was last looked at.</summary>
    public int Steps { get; set; }

    /// <summary>The server said that it succeeded.</summary>
    public bool Succeeded { get; set; }

    /// <summary>Whether a failure says that the server ended too often: nothing is lost by it, and somebody has to say that it is to go on.</summary>
    public static bool IsLeftToPeople(string error) => error.StartsWith("The server ended", StringComparison.Ordinal);
}

/// <summary>Everything that the server has said to the one who asked: what must hold from then on, whatever happens to the server.</summary>
internal sealed class Ledger
{
    public ConcurrentDictionary<Guid, KnownAlbum> Albums { get; } = new();

    public ConcurrentDictionary<Guid, KnownPhoto> Photos { get; } = new();

    public ConcurrentDictionary<Guid, KnownModel> Models { get; } = new();

    public ConcurrentDictionary<Guid, KnownJob> Jobs { get; } = new();

    /// <summary>Answers that no request should get.</summary>
    public ConcurrentQueue<string> Wrong { get; } = new();

    /// <summary>Whether a photo must be there.</summary>
    public static bool MustBe(KnownPhoto photo) => photo.Deletion == Wish.None && photo.Album.Deletion == Wish.None;
}
