namespace WebStudio.Components.Api;

/// <summary>What an API token is good for. A token never allows more than its owner may, and never what only admins and supervisors do.</summary>
public static class ApiScopes
{
    /// <summary>See albums and photos.</summary>
    public const string AlbumsRead = "albums:read";

    /// <summary>Make albums, add, decide on and delete photos.</summary>
    public const string AlbumsWrite = "albums:write";

    /// <summary>See models, versions and their reports.</summary>
    public const string ModelsRead = "models:read";

    /// <summary>Delete models.</summary>
    public const string ModelsWrite = "models:write";

    /// <summary>See trainings.</summary>
    public const string JobsRead = "jobs:read";

    /// <summary>Start, pause, resume and cancel trainings.</summary>
    public const string JobsWrite = "jobs:write";

    /// <summary>See kept edits.</summary>
    public const string EditsRead = "edits:read";

    /// <summary>Get pictures out: edited photos and portraits, under the same rules as on the pages.</summary>
    public const string Exports = "exports";

    /// <summary>All, with what each allows in words of people.</summary>
    public static IReadOnlyList<(string Scope, string Text)> All { get; } =
    [
        (AlbumsRead, "See albums and photos"), (AlbumsWrite, "Make albums, add, decide on and delete photos"), (ModelsRead, "See models, versions and reports"), (ModelsWrite, "Delete models"), (JobsRead, "See trainings"),
        (JobsWrite, "Start, pause, resume and cancel trainings"), (EditsRead, "See kept edits"), (Exports, "Download edited pictures"),
    ];
}
