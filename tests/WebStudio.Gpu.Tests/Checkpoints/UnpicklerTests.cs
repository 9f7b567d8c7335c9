using System.Numerics;
using System.Text;
using WebStudio.Gpu.Checkpoints;
using WebStudio.Gpu.Checkpoints.Pickles;
using WebStudio.Gpu.Checkpoints.Torch;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Checkpoints;

public sealed class UnpicklerTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Every_protocol_gives_what_python_put_in(int protocol)
    {
        var dict = Assert.IsType<PickleDict>(Load(PythonPickles.OfProtocol(protocol)));

        Assert.Equal(["int", "float", "text", "const", "tuple", "nested", "set", "frozen", "bytes", "array", "ordered", "shared"], dict.Items.Select(item => item.Key));
        Assert.Equal(
            [0L, -1L, 255L, 256L, 65535L, 65536L, (long)int.MaxValue, (long)int.MinValue, long.MaxValue, long.MinValue, BigInteger.Pow(2, 63), -BigInteger.Pow(2, 70)],
            List(dict["int"]));
        Assert.Equal([0.1, -2.5, 1e308, double.PositiveInfinity], List(dict["float"]));
        Assert.Equal(["", "quote' \" back\\slash\nline\ttab", "Zoë – Модель 模型 😀", "\\u0041"], List(dict["text"]));
        Assert.Equal([true, false, null], List(dict["const"]));
        Assert.Equal([0, 1, 2, 3, 4], Assert.IsType<object?[]>(dict["tuple"]).Select(tuple => ((object?[])tuple!).Length));
        Assert.Equal([1L, 2L, 3L, 4L], Assert.IsType<object?[]>(((object?[])dict["tuple"]!)[4]));
        var nested = Assert.IsType<PickleDict>(dict["nested"]);
        Assert.Equal(["a", 7L, 2.5], nested.Items.Select(item => item.Key));
        Assert.Equal(2, List(((PickleDict)nested["a"]!)["b"]).Count);
        Assert.Equal([3L], Assert.IsType<HashSet<object>>(dict["set"]).Order());
        Assert.Equal([4L], Assert.IsType<HashSet<object>>(dict["frozen"]).Order());
        Assert.Equal(["", "0001FF"], List(dict["bytes"]).Select(bytes => Convert.ToHexString(((ByteWindow)bytes!).ToArray())));
        Assert.Equal("xyz"u8.ToArray(), Assert.IsType<ByteWindow>(dict["array"]).ToArray());
        Assert.Equal(["z", "a"], Assert.IsType<PickleDict>(dict["ordered"]).Items.Select(item => item.Key));
        Assert.Same(dict["text"], List(dict["shared"])[0]);
        Assert.Same(dict["text"], List(dict["shared"])[1]);
    }

    [Theory]
    [InlineData("cos\nsystem\n.", "os.system")]
    [InlineData("c__builtin__\neval\n.", "__builtin__.eval")]
    [InlineData("ccollections\nOrderedDict\n(I1\ntR.", "something other than a list of pairs")]
    [InlineData("(I1\nI2\nios\nsystem\n.", "the instruction Inst is not accepted")]
    [InlineData("(cos\nsystem\no.", "os.system")]
    [InlineData("(I1\no.", "the instruction Obj is not accepted")]
    [InlineData("\u0080\u0006N.", "protocol 6")]
    [InlineData("\u0082\u0001.", "the instruction Ext1 is not accepted")]
    [InlineData("\u0097.", "the instruction NextBuffer is not accepted")]
    [InlineData("Pid\n.", "data outside itself")]
    [InlineData("I1\nQ.", "data outside itself")]
    [InlineData("N)R.", "None is called")]
    [InlineData("X\u0002\0\0\0ab)R.", "a text is called")]
    [InlineData("ccollections\nOrderedDict\nNR.", "instead of a tuple of arguments")]
    [InlineData("}NNs.", "a key is None")]
    [InlineData("}(NNu.", "a key is None")]
    [InlineData("}))s.", "a key is a tuple")]
    [InlineData("}(Nu.", "a key without a value")]
    [InlineData("]Nb.", "an object that takes a state is expected, a list is there")]
    [InlineData("NNa.", "a list is expected, None is there")]
    [InlineData("(a.", "empty stack")]
    [InlineData("N(.", "empty stack")]
    [InlineData("Nt.", "a mark that was never set")]
    [InlineData("N", "end in the middle")]
    [InlineData("I99999999999999999999x\n.", "an integer is not readable")]
    [InlineData("Fabc\n.", "a number is not readable")]
    [InlineData("S'abc\n.", "not quoted")]
    [InlineData("S'\\q'\n.", "escape")]
    [InlineData("V\\ud83\n.", "escape")]
    [InlineData("V\\ud83d\n.", "not a character")]
    [InlineData("X\u0004\0\0\0\u00FF\u00FF\u00FF\u00FF.", "not UTF-8")]
    [InlineData("X\u00FF\u00FF\u00FF\u00FFab.", "4294967295 bytes are claimed")]
    [InlineData("B\u00FF\u00FF\u00FF\u007Fab.", "2147483647 bytes are claimed")]
    [InlineData("\u008B\u00FF\u00FF\u00FF\u007F\u0001.", "2147483647 bytes are claimed")]
    [InlineData("\u008E\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FFab.", "18446744073709551615 bytes are claimed")]
    [InlineData("\u0095\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FFN.", "a frame")]
    [InlineData("cnumpy\ndtype\n(S'O8'\ntR.", "the NumPy type 'O8' is not read")]
    [InlineData("c_codecs\nencode\n(S'ab'\nS'rot13'\ntR.", "_codecs.encode")]
    [InlineData("cargparse\nNamespace\n)R]b.", "a Namespace is built")]
    public void Anything_else_is_refused_with_its_place(string pickle, string says)
    {
        var error = Assert.Throws<CheckpointException>(() => Load(Encoding.Latin1.GetBytes(pickle)));

        Assert.Contains(says, error.Message);
        Assert.Contains("(at byte ", error.Message);
    }

    [Fact]
    public void Copies_of_a_remembered_value_cannot_outgrow_the_file()
    {
        // A list of 100 pairs is remembered and turned into a dictionary once for every 29 bytes that follow.
        var pickle = new StringBuilder("](").Insert(2, "(N]t", 0);
        for (var i = 0; i < 100; i++)
            pickle.Append($"(I{i}\nI0\nt");
        pickle.Append("eq\0");
        for (var i = 0; i < 1000; i++)
            pickle.Append("ccollections\nOrderedDict\nh\0\u0085R");

        Assert.Contains("multiplied", Assert.Throws<CheckpointException>(() => Load(Encoding.Latin1.GetBytes(pickle.Append('.').ToString()))).Message);
    }

    [Fact]
    public void A_list_that_holds_itself_and_a_tower_of_shared_lists_end()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["self.pkl"], "]q\0h\0a.", Encoding.Latin1);
        // Every level holds the one below twice: 2^60 paths in 300 bytes.
        File.WriteAllText(folder["tower.pkl"], "]" + string.Concat(Enumerable.Range(0, 60).Select(i => $"q{(char)i}](h{(char)i}h{(char)i}e")) + ".", Encoding.Latin1);
        File.WriteAllText(folder["wide.pkl"], "](" + string.Concat(Enumerable.Repeat("]", 12)) + "e" + string.Concat(Enumerable.Range(0, 12).Select(i => $"q{(char)i}](" + string.Concat(Enumerable.Repeat($"h{(char)i}", 12)) + "e")) + ".", Encoding.Latin1);

        foreach (var name in new[] { "self.pkl", "tower.pkl", "wide.pkl" })
            Assert.Matches("nested|multiplied", Assert.Throws<CheckpointException>(() => Checkpoint.ReadTensors(folder[name])).Message);
    }

    /// <summary>Stays open, because byte strings are read when they are asked for; a memory stream holds nothing else.</summary>
    private static object? Load(byte[] pickle) => TorchFile.Open("a.pkl", new MemoryStream(pickle)).Root;

    [Fact]
    public void Old_files_name_parameters_by_class_and_pass_pairs_to_ordered_dicts()
    {
        // torchvision's oldest backbones were saved with Python 2 and torch 0.1.
        using var folder = new TempFolder();
        using var scope = NewDisposeScope();
        var pickle = new PickleBuilder();
        pickle.Call("collections", "OrderedDict", () => pickle.List(() => pickle.List(
            () => pickle.Raw("U\u0005a.bia"),
            () => pickle.Call("torch.nn.parameter", "Parameter", () => pickle.Tensor([1, 2, 3], 3)).Tuple(() => pickle.Bool(true), () => pickle.Bool(false), () => pickle.None()).Raw("b")))).Stop();
        File.WriteAllBytes(folder["old.pth"], pickle.ToArray());

        var (name, tensor) = Assert.Single(Checkpoint.ReadTensors(folder["old.pth"]));

        Assert.Equal("a.bia", name);
        Assert.Equal([1f, 2, 3], tensor.data<float>().ToArray());
    }

    [Fact]
    public void A_view_that_repeats_one_element_a_billion_times_is_refused()
    {
        using var folder = new TempFolder();
        var pickle = new PickleBuilder();
        pickle.Dict(("small", () => pickle.Tensor([1], [1000, 1000], [0, 0])), ("large", () => pickle.Tensor([1], [1L << 30], [0]))).Stop();
        File.WriteAllBytes(folder["expanded.pt"], pickle.ToArray());

        Assert.Contains("views repeat", Assert.Throws<CheckpointException>(() => Checkpoint.ReadTensors(folder["expanded.pt"])).Message);
    }

    private static List<object?> List(object? value) => Assert.IsType<List<object?>>(value);
}
