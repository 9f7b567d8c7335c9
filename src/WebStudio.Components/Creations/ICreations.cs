using WebStudio.Components.Access;

namespace WebStudio.Components.Creations;

/// <summary>What the pages need that make things with a model. What is not visible to the viewer is null or does nothing.</summary>
public interface ICreations
{
    /// <summary>A version to make things with; null when there is none for this viewer.</summary>
    /// <param name="viewer">Who asks.</param>
    /// <param name="model">The model.</param>
    /// <param name="version">One of its versions; null for the current one.</param>
    Task<CreationModel?> ModelAsync(Viewer viewer, Guid model, Guid? version);

    /// <summary>Puts a creation into the queue.</summary>
    /// <typeparam name="TRequest">The kind's request.</typeparam>
    /// <param name="viewer">The model's owner.</param>
    /// <param name="version">The version to use.</param>
    /// <param name="requestId">Made by the page: sent twice, it starts one creation.</param>
    /// <param name="request">What to make.</param>
    /// <param name="files">Pictures that belong to the request.</param>
    /// <returns>The creation, or what speaks against it as a sentence.</returns>
    Task<(Guid? Creation, string? Refusal)> StartAsync<TRequest>(Viewer viewer, Guid version, Guid requestId, TRequest request, IReadOnlyList<CreationUpload> files) where TRequest : ICreationRequest;

    /// <summary>A creation; null when there is none for this viewer.</summary>
    Task<CreationView?> FindAsync(Viewer viewer, Guid creation);

    /// <summary>Creations of a model, newest first.</summary>
    Task<IReadOnlyList<CreationView>> ListAsync(Viewer viewer, Guid model, CreationKind kind);

    /// <summary>Renames a creation.</summary>
    Task RenameAsync(Viewer viewer, Guid creation, string name);

    /// <summary>Keeps something that the owner decided about the result, as which portraits are starred.</summary>
    Task MarkAsync(Viewer viewer, Guid creation, IReadOnlyList<int> starred);

    /// <summary>Ends a creation that waits or is made; what there is of it goes.</summary>
    Task CancelAsync(Viewer viewer, Guid creation);

    /// <summary>Tries a failed creation again.</summary>
    Task RetryAsync(Viewer viewer, Guid creation);

    /// <summary>Deletes a creation with its files.</summary>
    Task DeleteAsync(Viewer viewer, Guid creation);

    /// <summary>Calls back on any thread when a creation changed; until disposed.</summary>
    IDisposable Watch(Guid creation, Action changed);
}

/// <summary>What a kind of creation is asked; kept as JSON.</summary>
public interface ICreationRequest
{
    /// <summary>The kind.</summary>
    static abstract CreationKind Kind { get; }

    /// <summary>A name for it until its owner gives another.</summary>
    string SuggestedName { get; }

    /// <summary>What is wrong with it as a sentence; null when it can be made.</summary>
    string? Refusal(CreationModel model);
}
