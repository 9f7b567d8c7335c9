using WebStudio.Gpu.Personalization;

namespace WebStudio.Gpu.Execution;

/// <summary>
/// Personalised models that are open, within a memory budget: when a new one does not fit, those that nobody uses go, the least recently used first. Belongs to the executor's thread.
/// </summary>
/// <param name="budget">Bytes; models in use are kept even beyond it.</param>
/// <param name="load">Opens a folder.</param>
public sealed class ModelCache(long budget, Func<string, PersonalizedModel> load) : IDisposable
{
    private readonly Dictionary<string, Entry> _entries = [];
    private long _clock;

    /// <summary>Bytes held.</summary>
    public long Bytes => _entries.Values.Sum(entry => entry.Bytes);

    /// <summary>Models held.</summary>
    public int Count => _entries.Count;

    /// <summary>Whether a folder's model is open.</summary>
    public bool Holds(string folder) => _entries.ContainsKey(folder);

    /// <summary>Opens a model, or takes the one that is open. Dispose the lease when it is not used any more; the model stays until its place is needed.</summary>
    /// <exception cref="InvalidInputException">The folder is no model.</exception>
    public Lease Take(string folder)
    {
        if (!_entries.TryGetValue(folder, out var entry))
        {
            var model = load(folder);
            _entries[folder] = entry = new(model, SizeOf(model));
        }
        entry.Users++;
        entry.UsedAt = ++_clock;
        Trim();
        return new Lease(entry.Model, () => entry.Users--);
    }

    /// <summary>Closes everything.</summary>
    public void Dispose()
    {
        foreach (var entry in _entries.Values)
            entry.Model.Dispose();
        _entries.Clear();
    }

    private void Trim()
    {
        foreach (var (folder, entry) in _entries.Where(e => e.Value.Users == 0).OrderBy(e => e.Value.UsedAt).ToList())
        {
            if (Bytes <= budget)
                return;
            entry.Model.Dispose();
            _entries.Remove(folder);
        }
    }

    private static long SizeOf(PersonalizedModel model) =>
        model.Generator.Synthesis.Parameters.Values.Sum(p => p.NumberOfElements * p.ElementSize)
        + model.Anchors.NumberOfElements * model.Anchors.ElementSize
        + model.Album.Sum(image => (long)image.Pixels.Length);

    private sealed class Entry(PersonalizedModel model, long bytes)
    {
        public PersonalizedModel Model { get; } = model;

        public long Bytes { get; } = bytes;

        public int Users { get; set; }

        public long UsedAt { get; set; }
    }

    /// <summary>The right to use a model.</summary>
    public sealed class Lease : IDisposable
    {
        private Action? _release;

        internal Lease(PersonalizedModel model, Action release) => (Model, _release) = (model, release);

        /// <summary>The model; the cache disposes it.</summary>
        public PersonalizedModel Model { get; }

        /// <inheritdoc/>
        public void Dispose()
        {
            _release?.Invoke();
            _release = null;
        }
    }
}
