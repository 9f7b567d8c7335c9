using System.Numerics;
using WebStudio.Gpu.Checkpoints.Generators;
using WebStudio.Gpu.Checkpoints.Pickles;

namespace WebStudio.Gpu.Checkpoints.Torch;

/// <summary>
/// An open file written by Python: torch.save in the ZIP container or the older one, or a plain pickle. The objects are read at once, the
/// tensors' elements on demand while the file is open.
/// </summary>
internal sealed class TorchFile : IDisposable
{
    /// <summary>A torch file within a torch file within … : network pickles have one level.</summary>
    private const int MaxNesting = 4;

    private static readonly BigInteger LegacyMagic = BigInteger.Parse("119547037146038801333356", System.Globalization.CultureInfo.InvariantCulture);

    private readonly Stream _stream;
    private readonly PickleGlobals _globals = new();
    private readonly Dictionary<ByteWindow, object?> _nested = [];
    private int _nesting;

    private TorchFile(string path, Stream stream)
    {
        _stream = stream;
        var budget = new PickleBudget(stream.Length);
        PythonGlobals.AddTo(_globals, budget);
        NumpyGlobals.AddTo(_globals);
        TorchGlobals.AddTo(_globals, LoadNested);
        NetworkGlobals.AddTo(_globals);
        File = new ByteWindow(path, stream);
        Root = Load(File);
    }

    /// <summary>The whole file.</summary>
    public ByteWindow File { get; }

    /// <summary>The saved object: what <see cref="Unpickler"/> lists, <see cref="StoredTensor"/> or <see cref="NetworkObject"/>.</summary>
    public object? Root { get; }

    /// <summary>Reads the objects of a file; the stream is closed with this object, also on failure.</summary>
    /// <exception cref="CheckpointException">It is none of the known kinds, damaged, or refers to anything but data.</exception>
    public static TorchFile Open(string path, Stream stream)
    {
        try
        {
            return new(path, stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private object? Load(ByteWindow window)
    {
        Span<byte> head = stackalloc byte[4];
        head = head[..(int)Math.Min(4, window.Length)];
        window.Read(0, head);
        return head.SequenceEqual("PK\x03\x04"u8) ? LoadZip(window) : LoadPickles(window);
    }

    private object? LoadZip(ByteWindow window)
    {
        var records = ZipDirectory.Read(window);
        if (records.Keys.FirstOrDefault(name => name.EndsWith("/data.pkl", StringComparison.Ordinal)) is not { } name)
            throw window.Refuse(0, "the archive holds no data.pkl, so torch.save did not write it");
        var prefix = name[..^"data.pkl".Length];
        if (records.ContainsKey($"{prefix}constants.pkl"))
            throw window.Refuse(0, "the archive is a TorchScript program; save the network's state dict instead");
        if (records.TryGetValue($"{prefix}byteorder", out var order) && (order.Length != 6 || !order.ToArray().AsSpan().SequenceEqual("little"u8)))
            throw order.Refuse(0, "the file was written on a big-endian machine");
        var storages = new Dictionary<string, TorchStorage>();
        return new Unpickler(new ByteCursor(records[name]), _globals, id =>
        {
            var storage = Remember(storages, TorchGlobals.ReadStorageId(id));
            if (!storage.IsAttached)
                storage.Attach(records.TryGetValue($"{prefix}data/{storage.Key}", out var record)
                    ? record
                    : throw new FormatException($"the archive holds no record data/{storage.Key}"));
            return storage;
        }).Load();
    }

    /// <summary>The older container: magic number, protocol, system, the object, a list of storage keys, then every storage's length and bytes.</summary>
    private object? LoadPickles(ByteWindow window)
    {
        var cursor = new ByteCursor(window);
        var first = new Unpickler(cursor, _globals).Load();
        if (first is not BigInteger magic || magic != LegacyMagic)
            return first;
        if (new Unpickler(cursor, _globals).Load() is not 1001L)
            throw window.Refuse(cursor.Position, "the version of torch's container is not 1001");
        if (new Unpickler(cursor, _globals).Load() is not PickleDict system || system["little_endian"] is not true)
            throw window.Refuse(cursor.Position, "the file was written on a big-endian machine");
        var storages = new Dictionary<string, TorchStorage>();
        var root = new Unpickler(cursor, _globals, id => Remember(storages, TorchGlobals.ReadStorageId(id))).Load();
        AttachStorages(cursor, storages);
        return root;
    }

    private void AttachStorages(ByteCursor cursor, Dictionary<string, TorchStorage> storages)
    {
        if (new Unpickler(cursor, _globals).Load() is not List<object?> keys)
            throw cursor.Window.Refuse(cursor.Position, "the list of storages is missing");
        foreach (var key in keys)
        {
            if (key is not string name || !storages.TryGetValue(name, out var storage) || storage.IsAttached)
                throw cursor.Window.Refuse(cursor.Position, "the list of storages does not fit the tensors");
            storage.Attach(TakeStorage(cursor, storage));
        }
        if (storages.Values.FirstOrDefault(storage => !storage.IsAttached) is { } missing)
            throw cursor.Window.Refuse(cursor.Position, $"storage '{missing.Key}' has no data");
    }

    private static ByteWindow TakeStorage(ByteCursor cursor, TorchStorage storage)
    {
        var at = cursor.Position;
        try
        {
            var elements = System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(cursor.ReadSpan(8));
            if (elements != storage.Elements)
                throw new FormatException($"storage '{storage.Key}' is said to hold {storage.Elements} elements, its data say {elements}");
            return cursor.Take((ulong)(elements * TensorBytes.SizeOf(storage.Type)));
        }
        catch (FormatException error)
        {
            throw cursor.Window.Refuse(at, error.Message, error);
        }
    }

    private static TorchStorage Remember(Dictionary<string, TorchStorage> storages, TorchStorage storage)
    {
        if (!storages.TryGetValue(storage.Key, out var known))
            return storages[storage.Key] = storage;
        return known.Type == storage.Type && known.Elements == storage.Elements
            ? known
            : throw new FormatException($"storage '{storage.Key}' is described in two ways");
    }

    /// <summary>Once per byte string: a pickle may call for the same one many times.</summary>
    private object? LoadNested(ByteWindow bytes)
    {
        if (_nested.TryGetValue(bytes, out var known))
            return known;
        if (++_nesting > MaxNesting)
            throw new FormatException($"torch files are nested more than {MaxNesting} deep");
        var value = Load(bytes);
        _nesting--;
        return _nested[bytes] = value;
    }
}
