using System.Text;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests;

/// <summary>Finds the folder shared/ beside the checkout; tests that need it skip loudly where it is not there.</summary>
internal static class Shared
{
    private static readonly string? Root = Find();

    public static string Path(params string[] parts)
    {
        Assert.SkipWhen(Root is null, "shared/ is not beside this checkout: reference outputs are missing");
        return System.IO.Path.Combine([Root!, .. parts]);
    }

    public static string Golden(params string[] parts) => Path(["goldens", .. parts]);

    private static string? Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Directory.Exists(System.IO.Path.Combine(at.FullName, "shared", "goldens")))
                return System.IO.Path.Combine(at.FullName, "shared");
        return null;
    }
}

/// <summary>Reads NumPy's .npy (C order) into a tensor of the same type and shape.</summary>
internal static partial class Npy
{
    public static Tensor Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var wide = bytes[6] >= 2;
        var length = wide ? BitConverter.ToInt32(bytes, 8) : BitConverter.ToUInt16(bytes, 8);
        var start = wide ? 12 : 10;
        var header = Encoding.ASCII.GetString(bytes, start, length);
        Assert.Contains("'fortran_order': False", header);
        var shape = ShapePattern().Match(header).Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(long.Parse).ToArray();
        var type = DescrPattern().Match(header).Groups[1].Value switch
        {
            "<f4" => ScalarType.Float32,
            "<f8" => ScalarType.Float64,
            "<f2" => ScalarType.Float16,
            "<i8" => ScalarType.Int64,
            "<i4" => ScalarType.Int32,
            "|u1" => ScalarType.Byte,
            "|b1" => ScalarType.Bool,
            var other => throw new InvalidDataException($"{path}: dtype {other}"),
        };
        var result = zeros(shape, dtype: type);
        bytes.AsSpan(start + length).CopyTo(result.bytes);
        return result;
    }

    [GeneratedRegex(@"'shape':\s*\(([^)]*)\)")]
    private static partial Regex ShapePattern();

    [GeneratedRegex(@"'descr':\s*'([^']*)'")]
    private static partial Regex DescrPattern();
}

/// <summary>Comparisons against a reference with the tolerance written beside the case.</summary>
internal static class Near
{
    /// <summary>|actual − expected| ≤ atol + rtol·|expected| everywhere; the message gives the worst element.</summary>
    public static void Equal(Tensor expected, Tensor actual, double atol, double rtol = 0)
    {
        Assert.Equal(expected.shape, actual.shape);
        using var scope = NewDisposeScope();
        var e = expected.detach().cpu().to(ScalarType.Float64);
        var excess = (actual.detach().cpu().to(ScalarType.Float64) - e).abs() - rtol * e.abs();
        if (excess.numel() == 0)
            return;
        var worst = excess.max().item<double>();
        Assert.True(worst <= atol, $"worst excess {worst:g4} over atol {atol:g4} (rtol {rtol:g4})");
    }
}
