using WebStudio.Components.Creations;
using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Personalization;

namespace WebStudio.Server.Creations;

/// <summary>How one kind of creation is made.</summary>
internal interface ICreationWork
{
    CreationKind Kind { get; }

    /// <summary>Makes it, on the device's thread.</summary>
    /// <param name="run">What is asked, and where to.</param>
    /// <param name="model">The version, open; not changed.</param>
    /// <returns>JSON of the result.</returns>
    /// <exception cref="Gpu.InvalidInputException">It cannot be made of this; the message goes to the owner.</exception>
    string Make(CreationRun run, PersonalizedModel model);
}

/// <summary>A creation under way.</summary>
/// <param name="Creation">Its row as it was read.</param>
/// <param name="Folder">Where its files go.</param>
/// <param name="Version">Folder of the version it is made with.</param>
/// <param name="Breather">Makes room for edits.</param>
/// <param name="Aborted">Its owner, or the end of the server.</param>
/// <param name="Tell">Progress, and a result that may be shown already.</param>
internal sealed record CreationRun(Creation Creation, string Folder, string Version, Breather Breather, CancellationToken Aborted, Action<CreationProgress, string?> Tell)
{
    /// <summary>Tells how far it is, lets others on the device, and ends where it is not wanted any more.</summary>
    /// <exception cref="OperationCanceledException">It is not.</exception>
    /// <exception cref="InsufficientMemoryException">Going on would take memory that there is not.</exception>
    public void Step(string stage, int done, int total, string? result = null)
    {
        Aborted.ThrowIfCancellationRequested();
        Tell(new(stage, done, total), result);
        Breather.Breathe();
        HostMemory.RequireReserve();
    }
}
