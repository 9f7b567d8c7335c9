using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;
using MudBlazor;
using WebStudio.Components.Access;
using WebStudio.Components.Storage;
using WebStudio.Gpu;

namespace WebStudio.Components.Albums;

/// <summary>An album: upload, photos with what was found in them, what they show together; one photo of it large when the address names it.</summary>
public sealed partial class AlbumPage
{
    private const int PageSize = 60;

    private static readonly (PhotoFilter Filter, string Text)[] Filters = [(PhotoFilter.All, "All"), (PhotoFilter.Used, "Used"), (PhotoFilter.SetAside, "Set aside"), (PhotoFilter.Waiting, "Waiting")];

    private readonly DialogOptions _dialog = new() { MaxWidth = MaxWidth.Small, FullWidth = true, CloseButton = true };
    private Viewer _viewer = null!;
    private AlbumView? _album;
    private IDisposable? _changes;
    private PhotoFilter _filter = PhotoFilter.All;
    private int _page = 1;
    private bool _missing, _editing;
    private string? _focus;

    /// <summary>The album.</summary>
    [Parameter]
    public Guid AlbumId { get; set; }

    /// <summary>The photo that is shown large, if any.</summary>
    [SupplyParameterFromQuery(Name = "photo")]
    public Guid? PhotoId { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState> Authentication { get; set; } = null!;

    [Inject]
    private IAlbums Albums { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IBin Bin { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private ISnackbar Toasts { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    private IReadOnlyList<PhotoView> Photos { get; set; } = [];

    private List<PhotoView> Filtered { get; set; } = [];

    private PhotoView? Shown => PhotoId is { } id ? Photos.FirstOrDefault(p => p.Id == id) : null;

    private int Pages => Math.Max(1, (Filtered.Count + PageSize - 1) / PageSize);

    private IReadOnlyList<PhotoView> PageOfPhotos => [.. Filtered.Skip((Math.Min(_page, Pages) - 1) * PageSize).Take(PageSize)];

    private IReadOnlyDictionary<string, IReadOnlyList<string>> KnownTags => Photos.SelectMany(p => p.Decision.Tags).GroupBy(t => t.Key, StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => (IReadOnlyList<string>)[.. g.Select(t => t.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], StringComparer.Ordinal);

    private string Progress => Photos.Count(p => !p.IsAnalysed) is > 0 and var waiting
        ? $"Looking for faces: {Photos.Count - waiting} of {Photos.Count} photos done."
        : _album!.IsCurated ? _album.Outcome : "Deciding which photos help …";

    /// <inheritdoc/>
    public void Dispose() => _changes?.Dispose();

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (_album?.Id == AlbumId)
            return; // another photo of the same album
        _viewer = Viewer.Of((await Authentication).User);
        _changes?.Dispose();
        _changes = null;
        await Load();
        if (_album is not null)
            _changes = Albums.Watch(AlbumId, () => _ = InvokeAsync(Refresh));
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focus is not { } id)
            return;
        _focus = null;
        await using var module = await Js.InvokeAsync<IJSObjectReference>("import", "./_content/WebStudio.Components/Albums/AlbumPage.razor.js");
        await module.InvokeVoidAsync("focus", id);
    }

    private async Task Load()
    {
        _album = await Albums.FindAsync(_viewer, AlbumId);
        _missing = _album is null;
        Photos = await Albums.PhotosAsync(_viewer, AlbumId);
        Filter();
    }

    private async Task Refresh()
    {
        await Load();
        StateHasChanged();
    }

    private void Filter() => Filtered = [.. Photos.Where(p => PhotoStatus.Is(p, _filter) || p.Id == PhotoId)];

    private void Show(PhotoFilter filter)
    {
        (_filter, _page) = (filter, 1);
        Filter();
    }

    private string Address(PhotoView photo) => $"/albums/{AlbumId}?photo={photo.Id}";

    private void Close()
    {
        if (PhotoId is { } id)
        {
            _focus = $"photo-{id}";
            _page = Filtered.FindIndex(p => p.Id == id) is >= 0 and var at ? at / PageSize + 1 : 1;
        }
        Navigation.NavigateTo($"/albums/{AlbumId}");
    }

    private void Step(int by)
    {
        if (Shown is { } photo && Filtered.Count > 0)
            Navigation.NavigateTo(Address(Filtered[(Filtered.IndexOf(photo) + by + Filtered.Count) % Filtered.Count]), replace: true);
    }

    private async Task Deleted()
    {
        var next = Shown is { } gone && Filtered.Count > 1 ? Filtered[(Filtered.IndexOf(gone) + 1) % Filtered.Count] : null;
        Navigation.NavigateTo(next is null ? $"/albums/{AlbumId}" : Address(next), replace: true);
        await Load();
    }

    private async Task Save(AlbumDraft draft)
    {
        await Albums.UpdateAsync(_viewer, AlbumId, draft);
        _editing = false;
        await Load();
        StateHasChanged();
    }

    private async Task DeleteAlbum()
    {
        var answer = await Dialogs.ShowMessageBoxAsync("Delete this album?", $"“{_album!.Name}” goes with {Photos.Count} photos and every model and edit made from it. {BinWords.Fate(Bin.Days)}", yesText: "Delete", cancelText: "Keep");
        if (answer != true)
            return;
        try
        {
            await Albums.DeleteAsync(_viewer, AlbumId);
            Navigation.NavigateTo("/albums");
        }
        catch (InvalidInputException e)
        {
            Toasts.Add(e.Message, Severity.Warning);
        }
    }

    private static string ConsentText(AlbumView album) => album switch
    {
        { Consent: null } => "No consent recorded: training is refused.",
        { ConsentHolds: false, Consent.Until: { } day } => $"The consent of {album.Consent.GivenBy} ended on {Day(day)}: training is refused.",
        { IsSample: true } => "Nobody's consent is needed.",
        { Consent.Until: { } day } => $"{album.Consent.GivenBy} agrees until {Day(day)}.",
        _ => $"{album.Consent.GivenBy} agrees.",
    };

    private static string Day(DateOnly day) => day.ToString("d MMM yyyy", CultureInfo.InvariantCulture);
}
