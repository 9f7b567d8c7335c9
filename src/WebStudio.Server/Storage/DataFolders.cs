using Microsoft.Extensions.Options;

namespace WebStudio.Server.Storage;

/// <summary>
/// Where things lie: data/users/{user}/albums/{album}/… and …/models/{model}/{version}/…, jobs and imported bases beside. Names on disk are identifiers only, never what a user typed.
/// A file is written beside its place, flushed, renamed, and only then named by a row (Gpu.Checkpoints.AtomicFile and AtomicFolder do the first three).
/// </summary>
internal sealed class DataFolders
{
    public const string DatabaseFile = "webstudio.db";

    /// <summary>In the data folder while a back-up is restored into it.</summary>
    public const string RestoringFolder = ".restoring";

    /// <summary>What a file system of its own has at its top.</summary>
    public const string LostAndFound = "lost+found";

    /// <summary>Rights of a folder that holds keys, passwords' hashes and photos: other accounts of the machine do not get in.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public DataFolders(IOptions<StorageOptions> options)
    {
        Root = Path.GetFullPath(options.Value.Root);
        Directory.CreateDirectory(Root, Private); // one that is there keeps the rights that whoever made it gave it
    }

    public string Root { get; }

    public string Database => Path.Combine(Root, DatabaseFile);

    /// <summary>Data-protection keys (cookies stay valid over a restart).</summary>
    public string Keys => Path.Combine(Root, "keys");

    /// <summary>Copies of the database from before migrations.</summary>
    public string Copies => Path.Combine(Root, "backups");

    /// <summary>What this machine was measured at.</summary>
    public string Speed => Path.Combine(Root, "speed.json");

    public string Bases => Path.Combine(Root, "bases");

    public string Base(Guid id) => Path.Combine(Bases, id.ToString("N"));

    public string User(string userId) => Path.Combine(Root, "users", userId);

    public string Album(string ownerId, Guid albumId) => Path.Combine(User(ownerId), "albums", albumId.ToString("N"));

    public string Model(string ownerId, Guid modelId) => Path.Combine(User(ownerId), "models", modelId.ToString("N"));

    public string Version(string ownerId, Guid modelId, Guid versionId) => Path.Combine(Model(ownerId, modelId), versionId.ToString("N"));

    /// <summary>Checkpoint and preview pictures of a job.</summary>
    public string Job(string ownerId, Guid jobId) => Path.Combine(User(ownerId), "jobs", jobId.ToString("N"));

    /// <summary>Thumbnail and files of a saved edit.</summary>
    public string Edit(string ownerId, Guid editId) => Path.Combine(User(ownerId), "edits", editId.ToString("N"));

    /// <summary>Pictures and codes of a creation.</summary>
    public string Creation(string ownerId, Guid creationId) => Path.Combine(User(ownerId), "creations", creationId.ToString("N"));
}
