using System.Buffers.Binary;
using System.Text;

namespace WebStudio.Gpu.Tests.Checkpoints;

/// <summary>Writes pickles instruction by instruction (protocol 3), for networks and attacks that no golden holds.</summary>
internal sealed class PickleBuilder
{
    private readonly Stream stream;

    public PickleBuilder(Stream? stream = null)
    {
        this.stream = stream ?? new MemoryStream();
        Raw(0x80, 3);
    }

    public byte[] ToArray() => ((MemoryStream)stream).ToArray();

    public PickleBuilder Raw(params ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        return this;
    }

    public PickleBuilder Raw(string instructions) => Raw(Encoding.Latin1.GetBytes(instructions));

    public PickleBuilder Stop() => Raw(".");

    public PickleBuilder None() => Raw("N");

    public PickleBuilder Bool(bool value) => Raw(value ? (byte)0x88 : (byte)0x89);

    public PickleBuilder Int(long value)
    {
        Span<byte> bytes = stackalloc byte[10];
        (bytes[0], bytes[1]) = (0x8A, 8);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[2..], value);
        return Raw(bytes);
    }

    public PickleBuilder Float(double value)
    {
        Span<byte> bytes = stackalloc byte[9];
        bytes[0] = (byte)'G';
        BinaryPrimitives.WriteDoubleBigEndian(bytes[1..], value);
        return Raw(bytes);
    }

    public PickleBuilder Text(string value) => Sized('X', Encoding.UTF8.GetBytes(value));

    public PickleBuilder Bytes(ReadOnlySpan<byte> value) => Sized('B', value);

    public PickleBuilder Global(string module, string name) => Raw($"c{module}\n{name}\n");

    public PickleBuilder Tuple(params Action[] items) => Marked("(", "t", items);

    public PickleBuilder Call(string module, string name, params Action[] arguments)
    {
        Global(module, name).Tuple(arguments);
        return Raw("R");
    }

    public PickleBuilder Dict(params (string Key, Action Value)[] items) => Marked("}(", "u", [.. items.Select<(string Key, Action Value), Action>(item => () =>
    {
        Text(item.Key);
        item.Value();
    })]);

    public PickleBuilder List(params Action[] items) => Marked("](", "e", items);

    /// <summary>A tensor as NVIDIA's pickles hold it: its storage is a whole torch file in the older container, as bytes.</summary>
    public PickleBuilder Tensor(float[] elements, params long[] shape) => Tensor(elements, shape, [.. shape.Select((_, i) => shape.Skip(i + 1).Aggregate(1L, (a, b) => a * b))]);

    /// <summary>The same with strides.</summary>
    public PickleBuilder Tensor(float[] elements, long[] shape, long[] strides) => Call(
        "torch._utils",
        "_rebuild_tensor_v2",
        () => Call("torch.storage", "_load_from_bytes", () => Bytes(NestedStorage(elements))),
        () => Int(0),
        () => Tuple([.. shape.Select<long, Action>(size => () => Int(size))]),
        () => Tuple([.. strides.Select<long, Action>(stride => () => Int(stride))]),
        () => Bool(false),
        () => Call("collections", "OrderedDict"));

    /// <summary>A persistent object of NVIDIA's repositories with its attributes.</summary>
    public PickleBuilder Network(string className, params (string Key, Action Value)[] state) => Call("torch_utils.persistence", "_reconstruct_persistent_obj", () => Dict(
        ("type", () => Text("class")),
        ("version", () => Int(6)),
        ("module_src", () => Text("raise SystemError('source was executed')")),
        ("class_name", () => Text(className)),
        ("state", () => Dict(state))));

    private PickleBuilder Marked(string open, string close, Action[] items)
    {
        Raw(open);
        foreach (var item in items)
            item();
        return Raw(close);
    }

    private PickleBuilder Sized(char opcode, ReadOnlySpan<byte> value)
    {
        Span<byte> head = stackalloc byte[5];
        head[0] = (byte)opcode;
        BinaryPrimitives.WriteInt32LittleEndian(head[1..], value.Length);
        return Raw(head).Raw(value);
    }

    private static byte[] NestedStorage(float[] elements)
    {
        var pickles = new PickleBuilder();
        pickles.Raw(0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19).Stop();
        pickles.Raw(0x80, 3).Int(1001).Stop();
        pickles.Raw(0x80, 3).Dict(("little_endian", () => pickles.Bool(true))).Stop();
        pickles.Raw(0x80, 3).Tuple(() => pickles.Text("storage"), () => pickles.Global("torch", "FloatStorage"), () => pickles.Text("0"), () => pickles.Text("cpu"), () => pickles.Int(elements.Length), () => pickles.None()).Raw("Q").Stop();
        pickles.Raw(0x80, 3).List(() => pickles.Text("0")).Stop();
        Span<byte> count = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(count, elements.Length);
        return pickles.Raw(count).Raw(System.Runtime.InteropServices.MemoryMarshal.AsBytes(elements.AsSpan())).ToArray();
    }
}
