using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.JSInterop;
using MudBlazor;

namespace WebStudio.Components.Admin;

/// <summary>Sends a network file to the server; the bytes go by a request of their own, the circuit carries only how far it is.</summary>
public sealed partial class BaseImportForm : IAsyncDisposable
{
    private MudForm _form = default!;
    private ElementReference _file;
    private IJSObjectReference? _module;
    private DotNetObjectReference<BaseImportForm>? _self;
    private string? _fileName, _error;
    private string _name = "", _licence = "", _sha256 = "", _state = "";
    private double _percent;
    private bool _accepted;

    /// <summary>Called when a base was imported.</summary>
    [Parameter] public EventCallback Imported { get; set; }

    [Inject] private IJSRuntime Script { get; set; } = default!;

    [Inject] private ISnackbar Snackbar { get; set; } = default!;

    private bool Busy { get; set; }

    /// <summary>Called by the module while the file is sent.</summary>
    /// <param name="sent">Bytes sent.</param>
    /// <param name="total">Bytes of the file.</param>
    [JSInvokable]
    public void Sent(double sent, double total)
    {
        _percent = total > 0 ? 100 * sent / total : 0;
        _state = _percent < 100 ? FormattableString.Invariant($"Sending, {sent / 1e6:0} of {total / 1e6:0} MB") : "Sent. The server compares the checksum, reads the network and tries it.";
        StateHasChanged();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _self?.Dispose();
        try
        {
            if (_module is not null)
                await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone, and the module with it.
        }
    }

    private void FileChosen(ChangeEventArgs change)
    {
        _fileName = Path.GetFileName((change.Value as string ?? "").Replace('\\', '/'));
        _error = null;
        if (_name.Length == 0)
            _name = Path.GetFileNameWithoutExtension(_fileName);
    }

    private async Task ImportAsync()
    {
        await _form.ValidateAsync();
        _error = string.IsNullOrEmpty(_fileName) ? "Choose the network file first." : null;
        if (!_form.IsValid || _error is not null)
            return;
        (Busy, _percent, _state) = (true, 0, "Sending");
        try
        {
            _module ??= await Script.InvokeAsync<IJSObjectReference>("import", "./_content/WebStudio.Components/Admin/BaseImportForm.razor.js");
            _self ??= DotNetObjectReference.Create(this);
            var address = QueryHelpers.AddQueryString(IBaseAdministration.ImportAddress, new Dictionary<string, string?>
            {
                ["name"] = _name,
                ["file"] = _fileName,
                ["licence"] = _licence,
                ["accepted"] = _accepted ? "true" : "false",
                ["sha256"] = _sha256,
            });
            _error = await _module.InvokeAsync<string?>("send", Timeout.InfiniteTimeSpan, _file, address, _self);
            if (_error is not null)
                return;
            Snackbar.Add($"{_name} is imported.", Severity.Success);
            (_name, _licence, _sha256, _accepted, _fileName) = ("", "", "", false, null);
            await _form.ResetAsync();
            await Imported.InvokeAsync();
        }
        finally
        {
            Busy = false;
        }
    }

    private async Task CancelAsync()
    {
        if (_module is not null)
            await _module.InvokeVoidAsync("cancel");
    }

    private static string? SumError(string sum) => string.IsNullOrWhiteSpace(sum) || (sum.Trim().Length == 64 && sum.Trim().All(char.IsAsciiHexDigit)) ? null : "64 hexadecimal digits, or nothing.";
}
