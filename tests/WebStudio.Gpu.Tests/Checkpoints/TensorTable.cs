using System.Security.Cryptography;
using System.Text.Json;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Checkpoints;

/// <summary>The tables of the goldens: shape, type and checksum of every tensor.</summary>
internal static class TensorTable
{
    /// <summary>Names, types, shapes and bytes must be those of the table, none missing and none left over.</summary>
    public static void Equal(JsonElement table, IReadOnlyDictionary<string, Tensor> tensors)
    {
        Assert.Equal(table.EnumerateObject().Select(entry => entry.Name).Order(), tensors.Keys.Order());
        foreach (var entry in table.EnumerateObject())
        {
            var tensor = tensors[entry.Name];
            Assert.Equal(entry.Value.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64()), tensor.shape);
            Assert.Equal(entry.Value.GetProperty("dtype").GetString(), TypeName(tensor.dtype));
            Assert.Equal(entry.Value.GetProperty("sha256_c_order_le").GetString(), Sha256(tensor));
        }
    }

    public static string TypeName(ScalarType type) => type switch
    {
        ScalarType.Byte => "uint8",
        _ => type.ToString().ToLowerInvariant(),
    };

    public static byte[] Bytes(Tensor tensor)
    {
        using var copied = tensor.contiguous();
        return copied.numel() == 0 ? [] : copied.bytes.ToArray();
    }

    private static string Sha256(Tensor tensor) => Convert.ToHexStringLower(SHA256.HashData(Bytes(tensor)));
}
