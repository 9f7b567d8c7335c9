using System.Globalization;
using System.Numerics;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using WebStudio.Components.Access;
using WebStudio.Gpu;
using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;

namespace WebStudio.Components.Albums;

/// <summary>One photo large, with everything a user can decide on it.</summary>
public sealed partial class PhotoPanel
{
    private static readonly (bool? Use, string Text, string Key)[] Uses = [(null, "Automatic", "A"), (true, "Use", "U"), (false, "Leave out", "X")];

    private static readonly string[] PointNames = ["One eye", "The other eye", "Middle of the mouth"];

    private ElementReference _panel;
    private IJSObjectReference? _module, _attached;
    private DotNetObjectReference<PhotoPanel>? _self;
    private PhotoOverride _decision = new();
    private Vector2[]? _points; // while eyes and mouth are set: eye, eye, mouth

    /// <summary>The photo.</summary>
    [Parameter, EditorRequired]
    public required PhotoView Photo { get; set; }

    /// <summary>Who looks.</summary>
    [Parameter, EditorRequired]
    public required Viewer Viewer { get; set; }

    /// <summary>Whether the viewer may decide.</summary>
    [Parameter]
    public bool CanChange { get; set; }

    /// <summary>Whether what is shown may change in a moment, because something was decided since.</summary>
    [Parameter]
    public bool IsDeciding { get; set; }

    /// <summary>Where the photo stands: 3 of 57.</summary>
    [Parameter]
    public string Place { get; set; } = "";

    /// <summary>Tags used in the album, with their values.</summary>
    [Parameter]
    public IReadOnlyDictionary<string, IReadOnlyList<string>> KnownTags { get; set; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Back to all photos.</summary>
    [Parameter]
    public EventCallback OnClose { get; set; }

    /// <summary>To the photo so many places on.</summary>
    [Parameter]
    public EventCallback<int> OnStep { get; set; }

    /// <summary>A decision was kept.</summary>
    [Parameter]
    public EventCallback OnChanged { get; set; }

    /// <summary>The photo was removed.</summary>
    [Parameter]
    public EventCallback OnDeleted { get; set; }

    [Inject]
    private IAlbums Albums { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private ISnackbar Toasts { get; set; } = null!;

    /// <summary>Room for the photo before it has come: as wide as it may be, never higher than the window leaves.</summary>
    private string Stage => string.Create(CultureInfo.InvariantCulture, $"aspect-ratio: {Photo.Width} / {Photo.Height}; width: min(100%, {74.0 * Photo.Width / Photo.Height:0.##}vh)");

    private string Outline => string.Join(' ', Square().Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.X:0.#},{p.Y:0.#}")));

    /// <summary>Changes whenever another face is cut out, so that the browser asks again.</summary>
    private string Version => string.Create(CultureInfo.InvariantCulture, $"{Photo.ChosenFace}-{string.Join('-', Photo.Square.Select(p => (int)(p.X + 7 * p.Y)))}");

    /// <summary>A key was pressed outside of any field.</summary>
    [JSInvokable]
    public Task Key(string key) => key switch
    {
        "ArrowLeft" => OnStep.InvokeAsync(-1),
        "ArrowRight" => OnStep.InvokeAsync(1),
        "Escape" when _points is not null => InvokeAsync(() =>
        {
            _points = null;
            StateHasChanged();
        }),
        "Escape" => OnClose.InvokeAsync(),
        "u" when CanChange => InvokeAsync(() => SetUse(true)),
        "x" when CanChange => InvokeAsync(() => SetUse(false)),
        "a" when CanChange => InvokeAsync(() => SetUse(null)),
        _ => Task.CompletedTask,
    };

    /// <summary>A point was moved.</summary>
    /// <param name="index">0 and 1 for the eyes, 2 for the mouth; −1 for the nearest.</param>
    /// <param name="x">Share of the photo's width, 0 to 1.</param>
    /// <param name="y">Share of its height.</param>
    [JSInvokable]
    public Task Point(int index, float x, float y) => InvokeAsync(() =>
    {
        if (_points is null)
            return;
        var at = new Vector2(Math.Clamp(x, 0, 1) * Photo.Width, Math.Clamp(y, 0, 1) * Photo.Height);
        var moved = index >= 0 ? index : Array.IndexOf(_points, _points.MinBy(p => Vector2.Distance(p, at)));
        _points[moved] = at;
        StateHasChanged();
    });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_attached is not null)
                await _attached.InvokeVoidAsync("detach");
            if (_module is not null)
                await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The page is gone.
        }
        _self?.Dispose();
    }

    /// <inheritdoc/>
    protected override void OnParametersSet() => _decision = Photo.Decision;

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        _self = DotNetObjectReference.Create(this);
        _module = await Js.InvokeAsync<IJSObjectReference>("import", "./_content/WebStudio.Components/Albums/PhotoPanel.razor.js");
        _attached = await _module.InvokeAsync<IJSObjectReference>("attach", _panel, _self);
    }

    private IReadOnlyList<Vector2> Square()
    {
        if (_points is null)
            return Photo.Square;
        try
        {
            return FfhqAlignment.Square(FacePoints.Of(_points[0], _points[1], _points[2]));
        }
        catch (InvalidInputException)
        {
            return []; // three points on their way that form no face yet
        }
    }

    private string FaceTitle(int face) => face == Photo.ChosenFace ? $"Face {face + 1}: the person" : $"Face {face + 1}: choose as the person";

    private Task SetUse(bool? use) => Decide(_decision with { Use = use });

    private Task ChooseFace(int face) => Decide(_decision with { Face = face });

    /// <summary>Begins where the face is cut out now, at FFHQ's usual places of eyes and mouth; in the middle where there is none.</summary>
    private void StartPoints()
    {
        if (_decision.Crop is { } crop)
        {
            _points = [crop.LeftEye, crop.RightEye, crop.Mouth];
            return;
        }
        var side = 0.5f * Math.Min(Photo.Width, Photo.Height);
        var (origin, right, down) = Photo.Square is [var topLeft, var bottomLeft, _, var topRight]
            ? (topLeft, topRight - topLeft, bottomLeft - topLeft)
            : (new Vector2(Photo.Width - side, Photo.Height - side) / 2, new Vector2(side, 0), new Vector2(0, side));
        var size = new Vector2(Photo.Width, Photo.Height);
        _points = [.. ((Vector2[])[new(0.38f, 0.47f), new(0.62f, 0.47f), new(0.5f, 0.72f)]).Select(p => Vector2.Clamp(origin + p.X * right + p.Y * down, Vector2.Zero, size))];
    }

    private async Task SavePoints()
    {
        try
        {
            await Decide(_decision with { Crop = FacePoints.Of(_points![0], _points[1], _points[2]) });
            _points = null;
        }
        catch (InvalidInputException e)
        {
            Toasts.Add(e.Message, Severity.Warning);
        }
    }

    private async Task Decide(PhotoOverride decision)
    {
        try
        {
            await Albums.DecideAsync(Viewer, Photo.Id, decision);
            _decision = decision;
        }
        catch (InvalidInputException e)
        {
            Toasts.Add(e.Message, Severity.Warning);
        }
        await OnChanged.InvokeAsync();
    }

    private async Task Delete()
    {
        if (await Dialogs.ShowMessageBoxAsync("Delete this photo?", $"{Photo.Name} is removed from the album and from the server.", yesText: "Delete", cancelText: "Keep") != true)
            return;
        try
        {
            await Albums.DeletePhotoAsync(Viewer, Photo.Id);
            await OnDeleted.InvokeAsync();
        }
        catch (InvalidInputException e)
        {
            Toasts.Add(e.Message, Severity.Warning);
        }
    }
}
