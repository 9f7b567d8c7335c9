using WebStudio.Components.Access;
using WebStudio.Components.Creations;

namespace WebStudio.Components.Tests.Creations;

/// <summary>Creations in memory; nothing is made, a test says what became of them.</summary>
internal sealed class KnownCreations : ICreations
{
    private readonly List<CreationView> _made = [];
    private readonly List<Action> _watchers = [];

    public CreationModel? Model { get; set; } = new(Guid.NewGuid(), "Lea outdoors", Guid.NewGuid(), "Version 2", "Lea", 128,
        [new("yaw", "°", -30, 40, []), new("smile", "%", 5, 80, []), new("glasses", "", 0, 1, ["no", "yes"])], true);

    public List<object> Asked { get; } = [];

    public string? Refusal { get; set; }

    public void Change(Guid id, Func<CreationView, CreationView> change)
    {
        _made[_made.FindIndex(c => c.Id == id)] = change(_made.Find(c => c.Id == id)!);
        _watchers.ForEach(w => w());
    }

    public CreationView Last => _made[0];

    public Task<CreationModel?> ModelAsync(Viewer viewer, Guid model, Guid? version) => Task.FromResult(Model);

    public Task<(Guid? Creation, string? Refusal)> StartAsync<TRequest>(Viewer viewer, Guid version, Guid requestId, TRequest request, IReadOnlyList<CreationUpload> files) where TRequest : ICreationRequest
    {
        if ((Refusal ?? request.Refusal(Model!)) is { } refusal)
            return Task.FromResult<(Guid?, string?)>((null, refusal));
        Asked.Add(request);
        _made.Insert(0, new() { Id = Guid.NewGuid(), Kind = TRequest.Kind, Name = request.SuggestedName, VersionId = version, State = CreationState.Queued, MayChange = true, Request = CreationJson.Write(new KeptRequest<TRequest>(request, [])) });
        return Task.FromResult<(Guid?, string?)>((_made[0].Id, null));
    }

    public Task<CreationView?> FindAsync(Viewer viewer, Guid creation) => Task.FromResult(_made.Find(c => c.Id == creation));

    public Task<IReadOnlyList<CreationView>> ListAsync(Viewer viewer, Guid model, CreationKind kind) => Task.FromResult<IReadOnlyList<CreationView>>([.. _made.Where(c => c.Kind == kind)]);

    public Task RenameAsync(Viewer viewer, Guid creation, string name) => Task.CompletedTask;

    public Task MarkAsync(Viewer viewer, Guid creation, IReadOnlyList<int> starred)
    {
        Change(creation, c => c with { Starred = starred });
        return Task.CompletedTask;
    }

    public Task CancelAsync(Viewer viewer, Guid creation) => Task.CompletedTask;

    public Task RetryAsync(Viewer viewer, Guid creation) => Task.CompletedTask;

    public Task DeleteAsync(Viewer viewer, Guid creation)
    {
        _made.RemoveAll(c => c.Id == creation);
        return Task.CompletedTask;
    }

    public IDisposable Watch(Guid creation, Action changed)
    {
        _watchers.Add(changed);
        return new Subscription(() => _watchers.Remove(changed));
    }
}
