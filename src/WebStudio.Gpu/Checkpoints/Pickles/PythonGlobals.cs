namespace WebStudio.Gpu.Checkpoints.Pickles;

/// <summary>The names of Python's own library that occur in checkpoints.</summary>
internal static class PythonGlobals
{
    /// <summary>Adds them to the list.</summary>
    public static void AddTo(PickleGlobals globals, PickleBudget budget)
    {
        globals.Add("collections", "OrderedDict", arguments => OrderedDict(arguments, budget));
        globals.Add("argparse", "Namespace", arguments => arguments is []
            ? new PickleDict("Namespace")
            : throw new FormatException("a Namespace is made with arguments"));
        globals.Add("_codecs", "encode", arguments => Encode(arguments, budget));
        foreach (var module in new[] { "builtins", "__builtin__" })
        {
            globals.Add(module, "set", arguments => Set(arguments, budget));
            globals.Add(module, "frozenset", arguments => Set(arguments, budget));
            globals.Add(module, "bytearray", arguments => arguments is [ByteWindow bytes]
                ? bytes
                : throw new FormatException("a bytearray is made of something other than bytes"));
        }
        globals.Add("__builtin__", "bytes", arguments => arguments is [] ? EmptyBytes() : throw new FormatException("bytes are made of arguments"));
        foreach (var kind in new[] { "PurePosixPath", "PosixPath", "PureWindowsPath", "WindowsPath" })
            foreach (var module in new[] { "pathlib", "pathlib._local" })
                globals.Add(module, kind, arguments => JoinPath(arguments, kind, budget));
    }

    /// <summary>Python 3 fills an OrderedDict item by item; Python 2 passes a list of pairs.</summary>
    private static PickleDict OrderedDict(object?[] arguments, PickleBudget budget)
    {
        var dict = new PickleDict("OrderedDict");
        switch (arguments)
        {
            case []:
                return dict;
            case [List<object?> pairs]:
                budget.Spend(pairs.Count);
                foreach (var pair in pairs)
                    if (pair is List<object?> { Count: 2 } list)
                        dict.Set(list[0], list[1]);
                    else if (pair is object?[] { Length: 2 } tuple)
                        dict.Set(tuple[0], tuple[1]);
                    else
                        throw new FormatException($"an item of an OrderedDict is {Unpickler.Describe(pair)} instead of a pair");
                return dict;
            default:
                throw new FormatException("an OrderedDict is made of something other than a list of pairs");
        }
    }

    /// <summary>How protocols below 3 write bytes: as text whose characters are the bytes.</summary>
    private static ByteWindow Encode(object?[] arguments, PickleBudget budget)
    {
        if (arguments is not [string text, "latin1" or "latin-1"])
            throw new FormatException("_codecs.encode is called with something other than a text and latin1");
        budget.Spend(text.Length);
        var bytes = new byte[text.Length];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = text[i] <= 0xFF ? (byte)text[i] : throw new FormatException("a byte string holds characters beyond 255");
        return new("bytes written as text", new MemoryStream(bytes, writable: false));
    }

    private static ByteWindow EmptyBytes() => new("bytes written as text", Stream.Null);

    private static HashSet<object> Set(object?[] arguments, PickleBudget budget)
    {
        var set = new HashSet<object>(PickleKeys.Comparer);
        if (arguments is [])
            return set;
        if (arguments is not [List<object?> members])
            throw new FormatException("a set is made of something other than a list");
        budget.Spend(members.Count);
        foreach (var member in members)
            set.Add(PickleKeys.Check(member));
        return set;
    }

    private static string JoinPath(object?[] parts, string kind, PickleBudget budget)
    {
        foreach (var part in parts)
            budget.Spend(part is string text ? text.Length : throw new FormatException($"a {kind} holds {Unpickler.Describe(part)}"));
        var separator = kind.EndsWith("WindowsPath", StringComparison.Ordinal) ? '\\' : '/';
        var root = parts is [string first, ..] && first.EndsWith(separator) ? first : null;
        return root is null ? string.Join(separator, parts) : root + string.Join(separator, parts[1..]);
    }
}
