using WebStudio.Components.Access;

namespace WebStudio.Server.Exports.Everything;

/// <summary>One kind of thing that a user has.</summary>
internal interface IEverythingPart
{
    /// <summary>Adds all of it that is the viewer's own, a few rows at a time.</summary>
    Task AddAsync(Viewer viewer, EverythingZip zip, CancellationToken cancel);
}
