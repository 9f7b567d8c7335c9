namespace WebStudio.Gpu.Checkpoints.Pickles;

/// <summary>
/// Calls that copy their argument can be repeated on one memoised value with a few bytes each. What all copies of a file may add up to is
/// the file's own size.
/// </summary>
internal sealed class PickleBudget(long fileLength)
{
    private long _left = fileLength;

    /// <summary>Books a copy of so many bytes or items.</summary>
    public void Spend(long size)
    {
        _left -= size;
        if (_left < 0)
            throw new FormatException("values are multiplied beyond the size of the file");
    }
}
