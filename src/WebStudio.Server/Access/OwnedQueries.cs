using WebStudio.Components.Access;

namespace WebStudio.Server.Access;

/// <summary>The one place that says who sees whose things. Pages, endpoints, file addresses and hub methods all query through it; what is not visible does not exist for the asker.</summary>
internal static class OwnedQueries
{
    /// <summary>What a user may look at: their own things, and as a supervisor those of the studio.</summary>
    public static IQueryable<T> VisibleTo<T>(this IQueryable<T> things, Viewer viewer) where T : class, IOwned =>
        viewer.IsSupervisor
            ? things.Where(thing => thing.OwnerId == viewer.UserId || thing.StudioId == viewer.StudioId)
            : things.Where(thing => thing.OwnerId == viewer.UserId);

    /// <summary>What a user may change: their own things.</summary>
    public static IQueryable<T> ChangeableBy<T>(this IQueryable<T> things, Viewer viewer) where T : class, IOwned =>
        things.Where(thing => thing.OwnerId == viewer.UserId);
}
