using WebStudio.Components.Access;

namespace WebStudio.Components.Reviews;

/// <summary>Something a user is to know.</summary>
/// <param name="Id">The notice.</param>
/// <param name="Text">In a sentence.</param>
/// <param name="Href">Page that shows more.</param>
/// <param name="At">When it came.</param>
/// <param name="IsRead">They have seen it.</param>
public sealed record NoticeView(Guid Id, string Text, string Href, DateTimeOffset At, bool IsRead);

/// <summary>Notices of whoever looks.</summary>
public interface INotices
{
    /// <summary>The newest notices.</summary>
    Task<IReadOnlyList<NoticeView>> ListAsync(Viewer viewer);

    /// <summary>Marks one as read, or all.</summary>
    Task ReadAsync(Viewer viewer, Guid? notice);

    /// <summary>Calls back on any thread when the viewer's notices changed; until disposed.</summary>
    IDisposable Watch(Viewer viewer, Action changed);
}
