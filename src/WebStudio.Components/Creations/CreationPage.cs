using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using WebStudio.Components.Access;

namespace WebStudio.Components.Creations;

/// <summary>What the pages share that make things with a model: which model, what was made with it, and which of these is shown and watched.</summary>
public abstract class CreationPage : ComponentBase, IDisposable
{
    private static readonly TimeSpan LeastBetweenReadings = TimeSpan.FromMilliseconds(300);
    private IDisposable? _watch;
    private Guid? _watched;
    private int _reading;
    private DateTime _readAt;

    /// <summary>The model.</summary>
    [Parameter] public Guid ModelId { get; set; }

    /// <summary>One of its versions; null for the current one.</summary>
    [SupplyParameterFromQuery] public Guid? Version { get; set; }

    /// <summary>What to show of the things made.</summary>
    [SupplyParameterFromQuery] public Guid? Show { get; set; }

    /// <summary>Who looks.</summary>
    [CascadingParameter] public Task<AuthenticationState> Authentication { get; set; } = null!;

    [Inject] private protected ICreations Creations { get; set; } = null!;

    [Inject] private protected NavigationManager Navigation { get; set; } = null!;

    /// <summary>What this page makes.</summary>
    protected abstract CreationKind Kind { get; }

    /// <summary>Last part of the page's address.</summary>
    protected abstract string Path { get; }

    /// <summary>Who looks.</summary>
    protected Viewer Viewer { get; private set; } = null!;

    /// <summary>The model; null until it is read.</summary>
    protected CreationModel? Model { get; private set; }

    /// <summary>True where there is no such model for this viewer.</summary>
    protected bool Missing { get; private set; }

    /// <summary>What was made with the model, newest first.</summary>
    protected IReadOnlyList<CreationView> Made { get; private set; } = [];

    /// <summary>What is shown; null before anything was made.</summary>
    protected CreationView? Shown { get; private set; }

    /// <summary>What speaks against the last wish; null when nothing does.</summary>
    protected string? Refused { get; private set; }

    /// <summary>True while a request is on its way.</summary>
    protected bool Starting { get; private set; }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        Viewer = Viewer.Of((await Authentication).User);
        Model = await Creations.ModelAsync(Viewer, ModelId, Version);
        Missing = Model is null;
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (Model is not null)
            await ReadAsync();
    }

    /// <summary>Asks for something to be made, and shows it.</summary>
    /// <returns>True when it waits for its turn now.</returns>
    protected async Task<bool> StartAsync<TRequest>(TRequest request, IReadOnlyList<CreationUpload> uploads) where TRequest : ICreationRequest
    {
        if (Starting)
            return false;
        (Starting, Refused) = (true, null);
        try
        {
            var (creation, refusal) = await Creations.StartAsync(Viewer, Model!.VersionId, Guid.CreateVersion7(), request, uploads);
            Refused = refusal;
            if (creation is { } id)
                Navigation.NavigateTo(AddressOf(id), replace: Show is null);
            return creation is not null;
        }
        finally
        {
            Starting = false;
        }
    }

    /// <summary>Says why something cannot be asked for.</summary>
    protected void Refuse(string? sentence) => Refused = sentence;

    /// <summary>The page with one of the things made.</summary>
    protected string AddressOf(Guid creation) => $"/models/{ModelId}/{Path}?show={creation}{(Version is { } version ? $"&version={version}" : "")}";

    /// <summary>Deletes one of the things made.</summary>
    protected async Task DeleteAsync(CreationView creation)
    {
        await Creations.DeleteAsync(Viewer, creation.Id);
        if (Shown?.Id == creation.Id)
            Navigation.NavigateTo($"/models/{ModelId}/{Path}", replace: true);
        await ReadAsync();
    }

    /// <summary>Reads again what is shown.</summary>
    protected async Task ReadAsync()
    {
        Made = await Creations.ListAsync(Viewer, ModelId, Kind);
        var shown = Made.FirstOrDefault(c => c.Id == Show) ?? Made.FirstOrDefault();
        if (shown?.Id != _watched)
        {
            _watch?.Dispose();
            _watched = shown?.Id;
            _watch = shown is null ? null : Creations.Watch(shown.Id, () => _ = InvokeAsync(ChangedAsync));
        }
        // After the watch has begun, so that no change falls between the two.
        Shown = shown is null ? null : await Creations.FindAsync(Viewer, shown.Id);
        OnRead();
    }

    /// <summary>What is shown was read: the place to look into its request and result.</summary>
    protected virtual void OnRead()
    {
    }

    private async Task ChangedAsync()
    {
        // Steps come many times a second; a page need not.
        if (Interlocked.Exchange(ref _reading, 1) == 1)
            return;
        var rest = LeastBetweenReadings - (DateTime.UtcNow - _readAt);
        if (rest > TimeSpan.Zero)
            await Task.Delay(rest);
        _reading = 0;
        await ReadAsync();
        _readAt = DateTime.UtcNow;
        StateHasChanged();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watch?.Dispose();
        GC.SuppressFinalize(this);
    }
}
