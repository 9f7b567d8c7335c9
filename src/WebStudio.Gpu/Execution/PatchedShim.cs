using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace WebStudio.Gpu.Execution;

/// <summary>
/// Makes TorchSharp's native shim loadable with a libstdc++ older than GCC 13. The shim asks for version GLIBCXX_3.4.32 because of a
/// single symbol, the no-op <c>std::ios_base_library_init()</c>. In a copy, that version is marked weak (so the loader only notes its absence)
/// and the symbol is pointed at <c>std::uncaught_exception()</c> of version GLIBCXX_3.4: no arguments, no effect, present everywhere.
/// </summary>
public static class PatchedShim
{
    /// <summary>Mangled name of the symbol that an older libstdc++ lacks.</summary>
    public const string MissingSymbol = "_ZSt21ios_base_library_initv";

    private const string HarmlessSymbol = "_ZSt18uncaught_exceptionv";
    private const string MissingVersion = "GLIBCXX_3.4.32";
    private const string BaseVersion = "GLIBCXX_3.4";
    private const ushort VerFlgWeak = 2;
    private const uint ShtDynsym = 11, ShtVersym = 0x6fffffff, ShtVerneed = 0x6ffffffe;

    /// <summary>Path of a patched copy of <paramref name="original"/>, made when it is not there yet: in <paramref name="folder"/>, or where that cannot be written in <paramref name="fallback"/>.</summary>
    /// <exception cref="PlatformNotSupportedException">Neither folder can be written, or the file is not the known kind of library.</exception>
    public static string CopyFor(string original, string folder, string? fallback = null)
    {
        var name = Path.GetFileName(original);
        var bytes = File.ReadAllBytes(original);
        var patched = Patch(bytes, name);
        // The folder's name carries the original's hash, so an updated package gets a copy of its own.
        var subfolder = Convert.ToHexStringLower(SHA256.HashData(bytes))[..12];
        Exception? failure = null;
        foreach (var parent in (string?[])[folder, fallback])
        {
            if (parent is null)
                continue;
            var target = Path.Combine(parent, subfolder, name);
            try
            {
                if (!HoldsExactly(target, patched))
                    WriteWhole(target, patched);
                return target;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                failure = e; // an installation folder may be read-only
            }
        }
        throw new PlatformNotSupportedException($"The copy of {name} for this system's libstdc++ could not be written to {folder}: {failure!.Message}", failure);
    }

    /// <summary>True only for the very bytes: what is about to be loaded as code must not be half a file or somebody else's.</summary>
    private static bool HoldsExactly(string path, byte[] content) => File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(content);

    private static void WriteWhole(string target, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var beside = $"{target}.{Environment.ProcessId}";
        File.WriteAllBytes(beside, content);
        File.Move(beside, target, overwrite: true); // atomic: two processes starting together both find a whole file
    }

    /// <summary>The patched bytes of a 64-bit little-endian ELF library; the input is left as it is.</summary>
    /// <param name="original">The whole file.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="PlatformNotSupportedException">The library is not of the expected form; the message names it and says what differs.</exception>
    public static byte[] Patch(ReadOnlySpan<byte> original, string name)
    {
        var elf = original.ToArray();
        try
        {
            if (elf.Length < 64 || !elf.AsSpan(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8))
                throw new InvalidDataException("it is not a 64-bit little-endian ELF file");
            PatchInPlace(elf);
            return elf;
        }
        catch (InvalidDataException e)
        {
            throw new PlatformNotSupportedException($"{name} cannot be adapted to this system's libstdc++: {e.Message}.", e);
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw new PlatformNotSupportedException($"{name} cannot be adapted to this system's libstdc++: its tables point outside the file.", e);
        }
    }

    private static void PatchInPlace(byte[] elf)
    {
        var sections = Sections(elf);
        var dynsym = sections.FirstOrDefault(s => s.Type == ShtDynsym) ?? throw new InvalidDataException("it has no dynamic symbols");
        var versym = sections.FirstOrDefault(s => s.Type == ShtVersym) ?? throw new InvalidDataException("it has no symbol versions");
        var verneed = sections.FirstOrDefault(s => s.Type == ShtVerneed) ?? throw new InvalidDataException("it needs no versions");
        var strings = sections[dynsym.Link];

        ushort? missing = null, baseVersion = null;
        foreach (var aux in VersionNeeds(elf, verneed))
        {
            var name = Text(elf, strings.Offset + (int)U32(elf, aux + 8));
            if (name == BaseVersion)
                baseVersion = U16(elf, aux + 6);
            if (name != MissingVersion)
                continue;
            missing = U16(elf, aux + 6);
            BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(aux + 4), (ushort)(U16(elf, aux + 4) | VerFlgWeak));
        }
        if (missing is null || baseVersion is null)
            throw new InvalidDataException($"it does not need both {MissingVersion} and {BaseVersion}");

        var users = Enumerable.Range(0, dynsym.Size / 24).Where(i => U16(elf, versym.Offset + 2 * i) == missing).ToArray();
        if (users.Length != 1)
            throw new InvalidDataException($"{users.Length} symbols use {MissingVersion}, not one");
        var nameOffset = U32(elf, dynsym.Offset + 24 * users[0]);
        var nameAt = strings.Offset + (int)nameOffset;
        if (Text(elf, nameAt) != MissingSymbol)
            throw new InvalidDataException($"{Text(elf, nameAt)} uses {MissingVersion}");
        for (var i = 0; i < dynsym.Size / 24; i++)
        {
            var other = U32(elf, dynsym.Offset + 24 * i);
            if (i != users[0] && other >= nameOffset && other <= nameOffset + MissingSymbol.Length)
                throw new InvalidDataException($"another symbol shares the name {MissingSymbol}");
        }

        elf.AsSpan(nameAt, MissingSymbol.Length).Clear();
        Encoding.ASCII.GetBytes(HarmlessSymbol, elf.AsSpan(nameAt));
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(versym.Offset + 2 * users[0]), baseVersion.Value);
    }

    private sealed record Section(uint Type, int Offset, int Size, int Link, int Info);

    private static List<Section> Sections(byte[] elf)
    {
        var table = (int)U64(elf, 40);
        var count = U16(elf, 60);
        return [.. Enumerable.Range(0, count).Select(i => table + 64 * i)
            .Select(at => new Section(U32(elf, at + 4), (int)U64(elf, at + 24), (int)U64(elf, at + 32), (int)U32(elf, at + 40), (int)U32(elf, at + 44)))];
    }

    /// <summary>File offsets of all Elf64_Vernaux records (hash, flags, other, name, next).</summary>
    private static IEnumerable<int> VersionNeeds(byte[] elf, Section verneed)
    {
        var need = verneed.Offset;
        for (var i = 0; i < verneed.Info; i++)
        {
            var aux = need + (int)U32(elf, need + 8);
            for (var j = 0; j < U16(elf, need + 2); j++)
            {
                yield return aux;
                aux += (int)U32(elf, aux + 12);
            }
            need += (int)U32(elf, need + 12);
        }
    }

    private static string Text(byte[] elf, int at) => Encoding.ASCII.GetString(elf, at, Array.IndexOf(elf, (byte)0, at) - at);
    private static ushort U16(byte[] elf, int at) => BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(at));
    private static uint U32(byte[] elf, int at) => BinaryPrimitives.ReadUInt32LittleEndian(elf.AsSpan(at));
    private static ulong U64(byte[] elf, int at) => BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(at));
}
