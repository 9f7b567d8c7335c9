using WebStudio.Components.Access;

namespace WebStudio.Components.Reviews;

/// <summary>A line of the audit log.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Actor">Who.</param>
/// <param name="Action">What was done.</param>
/// <param name="Subject">To what kind of thing.</param>
/// <param name="SubjectId">To which.</param>
/// <param name="Detail">What else matters.</param>
public sealed record AuditLine(DateTimeOffset At, string Actor, string Action, string Subject, Guid SubjectId, string Detail);

/// <summary>A page of the log, newest first.</summary>
/// <param name="Lines">Its lines.</param>
/// <param name="Pages">Pages in all.</param>
/// <param name="Actions">What can be asked for.</param>
public sealed record AuditPage(IReadOnlyList<AuditLine> Lines, int Pages, IReadOnlyList<string> Actions);

/// <summary>The audit log of the viewer's studio, for supervisors and those who run the server.</summary>
public interface IAudit
{
    /// <summary>A page of it.</summary>
    /// <param name="viewer">Who asks.</param>
    /// <param name="action">Only what was done so; null for everything.</param>
    /// <param name="page">From 0.</param>
    Task<AuditPage> ReadAsync(Viewer viewer, string? action, int page);
}
