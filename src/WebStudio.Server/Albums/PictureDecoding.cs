namespace WebStudio.Server.Albums;

/// <summary>Where large pictures are decoded beside the device's thread: two at a time in the whole server, whoever asks. One of 50 megapixels takes 350 MB for as long, and whoever may upload could ask for many at once.</summary>
internal sealed class PictureDecoding : IDisposable
{
    private readonly SemaphoreSlim _places = new(2);

    /// <summary>Does it when there is a place.</summary>
    /// <param name="work">Decodes a picture, and what goes with it; must not ask for another place.</param>
    /// <param name="cancel">Gives up waiting.</param>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancel = default)
    {
        await _places.WaitAsync(cancel);
        try
        {
            return await Task.Run(work, cancel);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();
}
