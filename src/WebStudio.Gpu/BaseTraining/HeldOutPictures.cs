using static TorchSharp.torch;

namespace WebStudio.Gpu.BaseTraining;

/// <summary>Pictures that no training sees, in memory as bytes. They begin with one picture of each person, so that the first few show different people.</summary>
public sealed class HeldOutPictures : IDisposable
{
    private HeldOutPictures(Tensor pictures, Tensor masks, int people, IReadOnlyList<double> weights) => (Pictures, Masks, People, Weights) = (pictures, masks, people, weights);

    /// <summary>uint8 [K, 3, R, R].</summary>
    public Tensor Pictures { get; }

    /// <summary>uint8 [K, 1, R, R], 1 where valid.</summary>
    public Tensor Masks { get; }

    /// <summary>Pictures.</summary>
    public int Count => (int)Pictures.shape[0];

    /// <summary>People: the first so many pictures each show another one. Pictures of which nobody is named count as people.</summary>
    public int People { get; }

    /// <summary>What each picture counts where people are to count alike: 1 / pictures of its person.</summary>
    public IReadOnlyList<double> Weights { get; }

    /// <summary>Reads and decodes the held-out pictures of sources.</summary>
    /// <param name="sources">Folders and archives.</param>
    /// <param name="side">Side in pixels.</param>
    /// <param name="skipped">Told of each picture that cannot be used, in a sentence.</param>
    /// <exception cref="InvalidInputException">A source cannot be read, or holds no usable picture to measure with.</exception>
    public static HeldOutPictures Load(IEnumerable<PictureSource> sources, int side, Action<string>? skipped = null) =>
        Of(PictureStack.Decode([.. PictureSource.ReadAll(sources).Where(p => p.HeldOut)], side, skipped), side);

    /// <summary>Of decoded pictures.</summary>
    internal static HeldOutPictures Of(IEnumerable<(MaskedPicture Picture, SourcePicture Source)> decoded, int side)
    {
        var met = new Dictionary<string, int>();
        var turns = decoded.Select(p => (p.Picture, Who: p.Source.Identity, Turn: p.Source.Identity is { } who ? met[who] = met.GetValueOrDefault(who) + 1 : 1)).ToList();
        if (turns.Count == 0)
            throw new InvalidInputException("There is no picture to measure with: an index.csv that marks some as held_out, or at least 25 pictures in a source without one, is needed.");
        turns = [.. turns.OrderBy(t => t.Turn)];
        var ordered = turns.ConvertAll(t => t.Picture);
        return new(PictureStack.Colours(ordered, side)!, PictureStack.Masks(ordered, side)!, turns.Count(t => t.Turn == 1), [.. turns.Select(t => t.Who is null ? 1 : 1.0 / met[t.Who])]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Pictures.Dispose();
        Masks.Dispose();
    }
}
