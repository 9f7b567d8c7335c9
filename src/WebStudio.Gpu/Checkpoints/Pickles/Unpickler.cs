using System.Buffers.Binary;
using System.Numerics;

namespace WebStudio.Gpu.Checkpoints.Pickles;

/// <summary>
/// Reads pickles as data. It is the format's stack machine without any way to reach code: names resolve through a closed list to C# that
/// builds plain values. The stack lives on the heap, every instruction is at least one byte of the file and makes at most one small object,
/// so depth and memory are bounded by the file's size.
/// <para>Values: null, bool, long, BigInteger, double, string, <see cref="ByteWindow"/> (bytes), List (list), array (tuple), HashSet (set),
/// <see cref="PickleDict"/>, and what the globals build.</para>
/// </summary>
/// <param name="cursor">Where the pickle begins; afterwards just behind it.</param>
/// <param name="globals">The closed list of names.</param>
/// <param name="persistentLoad">Resolves a persistent id; null where the file cannot have any.</param>
internal sealed class Unpickler(ByteCursor cursor, PickleGlobals globals, Func<object?, object?>? persistentLoad = null)
{
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = [];

    /// <summary>Runs up to STOP and returns the value.</summary>
    /// <exception cref="CheckpointException">Anything unknown, forbidden or damaged, with its offset.</exception>
    public object? Load()
    {
        var at = cursor.Position;
        try
        {
            while (true)
            {
                at = cursor.Position;
                var opcode = (PickleOpcode)cursor.ReadByte();
                if (opcode == PickleOpcode.Stop)
                    return Pop();
                Step(opcode);
            }
        }
        catch (FormatException error)
        {
            throw cursor.Window.Refuse(at, error.Message, error);
        }
    }

    /// <summary>A value's type for messages.</summary>
    public static string Describe(object? value) => value switch
    {
        null => "None",
        bool => "a bool",
        long or BigInteger => "an int",
        double => "a float",
        string => "a text",
        ByteWindow => "bytes",
        List<object?> => "a list",
        object?[] => "a tuple",
        HashSet<object> => "a set",
        PickleDict dict => $"a {dict.Kind}",
        PickleFunction function => function.Name,
        _ => $"a {value.GetType().Name}",
    };

    private void Step(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Proto:
                if (cursor.ReadByte() is var protocol and > 5)
                    throw new FormatException($"pickle protocol {protocol} is not known (0 to 5 are)");
                break;
            case PickleOpcode.Frame:
                if (ReadUInt64() is var frame && frame > (ulong)(cursor.Window.Length - cursor.Position))
                    throw new FormatException($"a frame of {frame} bytes reaches beyond the end");
                break;

            case PickleOpcode.None: Push(null); break;
            case PickleOpcode.NewTrue: Push(true); break;
            case PickleOpcode.NewFalse: Push(false); break;
            case PickleOpcode.Int: Push(PickleText.ParseInt(cursor.ReadLine())); break;
            case PickleOpcode.Long: Push(PickleText.ParseLong(cursor.ReadLine())); break;
            case PickleOpcode.BinInt: Push((long)BinaryPrimitives.ReadInt32LittleEndian(cursor.ReadSpan(4))); break;
            case PickleOpcode.BinInt1: Push((long)cursor.ReadByte()); break;
            case PickleOpcode.BinInt2: Push((long)ReadUInt16()); break;
            case PickleOpcode.Long1: Push(ReadBigInteger(cursor.ReadByte())); break;
            case PickleOpcode.Long4: Push(ReadBigInteger(ReadUInt32())); break;
            case PickleOpcode.Float: Push(PickleText.ParseFloat(cursor.ReadLine())); break;
            case PickleOpcode.BinFloat: Push(BinaryPrimitives.ReadDoubleBigEndian(cursor.ReadSpan(8))); break;

            case PickleOpcode.String: Push(PickleText.ParseString(cursor.ReadLine())); break;
            case PickleOpcode.Unicode: Push(PickleText.ParseUnicode(cursor.ReadLine())); break;
            case PickleOpcode.ShortBinString or PickleOpcode.ShortBinUnicode: Push(cursor.ReadText(cursor.ReadByte())); break;
            case PickleOpcode.BinString or PickleOpcode.BinUnicode: Push(cursor.ReadText(ReadUInt32())); break;
            case PickleOpcode.BinUnicode8: Push(cursor.ReadText(ReadUInt64())); break;
            case PickleOpcode.ShortBinBytes: Push(cursor.Take(cursor.ReadByte())); break;
            case PickleOpcode.BinBytes: Push(cursor.Take(ReadUInt32())); break;
            case PickleOpcode.BinBytes8 or PickleOpcode.ByteArray8: Push(cursor.Take(ReadUInt64())); break;

            case PickleOpcode.EmptyTuple: Push(Array.Empty<object?>()); break;
            case PickleOpcode.Tuple1: Push(PopTuple(1)); break;
            case PickleOpcode.Tuple2: Push(PopTuple(2)); break;
            case PickleOpcode.Tuple3: Push(PopTuple(3)); break;
            case PickleOpcode.Tuple: Push(PopToMark()); break;
            case PickleOpcode.EmptyList: Push(new List<object?>()); break;
            case PickleOpcode.List: Push(new List<object?>(PopToMark())); break;
            case PickleOpcode.EmptyDict: Push(new PickleDict()); break;
            case PickleOpcode.Dict: Push(SetItems(new PickleDict(), PopToMark())); break;
            case PickleOpcode.EmptySet: Push(new HashSet<object>(PickleKeys.Comparer)); break;
            case PickleOpcode.FrozenSet: Push(AddItems(new(PickleKeys.Comparer), PopToMark())); break;

            case PickleOpcode.Append: var item = Pop(); Top<List<object?>>("a list").Add(item); break;
            case PickleOpcode.Appends: var appended = PopToMark(); Top<List<object?>>("a list").AddRange(appended); break;
            case PickleOpcode.SetItem: var pair = PopTuple(2); SetItems(Top<PickleDict>("a dict"), pair); break;
            case PickleOpcode.SetItems: var pairs = PopToMark(); SetItems(Top<PickleDict>("a dict"), pairs); break;
            case PickleOpcode.AddItems: var members = PopToMark(); AddItems(Top<HashSet<object>>("a set"), members); break;

            case PickleOpcode.Mark: _marks.Add(_stack.Count); break;
            case PickleOpcode.Pop: PopOrUnmark(); break;
            case PickleOpcode.PopMark: PopToMark(); break;
            case PickleOpcode.Dup: Push(Peek()); break;
            case PickleOpcode.Put: _memo[ReadMemoLine()] = Peek(); break;
            case PickleOpcode.BinPut: _memo[cursor.ReadByte()] = Peek(); break;
            case PickleOpcode.LongBinPut: _memo[ReadUInt32()] = Peek(); break;
            case PickleOpcode.Memoize: _memo[_memo.Count] = Peek(); break;
            case PickleOpcode.Get: Push(Recall(ReadMemoLine())); break;
            case PickleOpcode.BinGet: Push(Recall(cursor.ReadByte())); break;
            case PickleOpcode.LongBinGet: Push(Recall(ReadUInt32())); break;

            case PickleOpcode.Global: Push(globals.Find(cursor.ReadLine(), cursor.ReadLine())); break;
            case PickleOpcode.StackGlobal: Push(PopTuple(2) is [string module, string name]
                ? globals.Find(module, name)
                : throw new FormatException("a global is not named by text")); break;
            case PickleOpcode.Reduce or PickleOpcode.NewObj: Push(Call(PopTuple(2))); break;
            case PickleOpcode.NewObjEx: Push(CallWithKeywords(PopTuple(3))); break;
            case PickleOpcode.Build: Build(Pop()); break;
            case PickleOpcode.PersId: Push(LoadPersistent(cursor.ReadLine())); break;
            case PickleOpcode.BinPersId: Push(LoadPersistent(Pop())); break;

            default:
                throw new FormatException(Enum.IsDefined(opcode)
                    ? $"the instruction {opcode} is not accepted"
                    : $"0x{(byte)opcode:X2} is not a pickle instruction");
        }
    }

    private ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(cursor.ReadSpan(2));

    private uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(cursor.ReadSpan(4));

    private ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(cursor.ReadSpan(8));

    private object ReadBigInteger(uint length) => PickleText.Narrow(new BigInteger(cursor.Take(length).ToArray()));

    private long ReadMemoLine() => PickleText.ParseInt(cursor.ReadLine()) is long index and >= 0
        ? index
        : throw new FormatException("a memo index is not a number");

    private object? Recall(long index) => _memo.TryGetValue(index, out var value) ? value : throw new FormatException($"memo entry {index} was never set");

    private void Push(object? value) => _stack.Add(value);

    /// <summary>Values below the innermost mark are out of reach, as in Python.</summary>
    private int Floor => _marks.Count == 0 ? 0 : _marks[^1];

    private object? Peek() => _stack.Count > Floor ? _stack[^1] : throw new FormatException("a value is taken from an empty stack");

    private object? Pop()
    {
        var value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private void PopOrUnmark()
    {
        if (_marks.Count > 0 && _marks[^1] == _stack.Count)
            _marks.RemoveAt(_marks.Count - 1);
        else
            Pop();
    }

    private object?[] PopTuple(int count)
    {
        if (_stack.Count - Floor < count)
            throw new FormatException($"{count} values are taken from a stack of {_stack.Count - Floor}");
        var values = _stack.GetRange(_stack.Count - count, count).ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private object?[] PopToMark()
    {
        if (_marks.Count == 0)
            throw new FormatException("values are taken up to a mark that was never set");
        var values = PopTuple(_stack.Count - _marks[^1]);
        _marks.RemoveAt(_marks.Count - 1);
        return values;
    }

    private T Top<T>(string expected)
        where T : class => Peek() as T ?? throw new FormatException($"{expected} is expected, {Describe(Peek())} is there");

    private static PickleDict SetItems(PickleDict dict, object?[] pairs)
    {
        if (pairs.Length % 2 != 0)
            throw new FormatException("a dict has a key without a value");
        for (var i = 0; i < pairs.Length; i += 2)
            dict.Set(pairs[i], pairs[i + 1]);
        return dict;
    }

    private static HashSet<object> AddItems(HashSet<object> set, object?[] members)
    {
        foreach (var member in members)
            set.Add(PickleKeys.Check(member));
        return set;
    }

    private static object? Call(object?[] functionAndArguments) => functionAndArguments switch
    {
        [PickleFunction function, object?[] arguments] => function.Call(arguments),
        [PickleFunction function, var other] => throw new FormatException($"{function.Name} is given {Describe(other)} instead of a tuple of arguments"),
        _ => throw new FormatException($"{Describe(functionAndArguments[0])} is called; it is not callable"),
    };

    private static object? CallWithKeywords(object?[] parts) => parts[2] is PickleDict { Count: 0 }
        ? Call(parts[..2])
        : throw new FormatException("an object is made with keyword arguments");

    private void Build(object? state) => Top<IPickleState>("an object that takes a state").SetState(state);

    private object? LoadPersistent(object? id) => persistentLoad is not null
        ? persistentLoad(id)
        : throw new FormatException("the pickle refers to data outside itself, which this kind of file does not have");
}
