namespace WebStudio.Server.Tests.Input;

/// <summary>Spoils files as transfers, disks and attackers do. Equal seeds spoil equally, so that what went wrong can be looked at again.</summary>
internal static class Mutator
{
    /// <summary>A spoilt copy.</summary>
    /// <param name="file">A good file.</param>
    /// <param name="other">Another good file, to be mixed in.</param>
    /// <param name="seed">Which of the ways, and where.</param>
    public static byte[] Spoil(byte[] file, byte[] other, int seed)
    {
        var random = new Random(seed);
        var copy = (byte[])file.Clone();
        for (var rounds = random.Next(1, 4); rounds > 0 && copy.Length > 8; rounds--)
            copy = random.Next(8) switch
            {
                0 => Flip(copy, random, 1),
                1 => Flip(copy, random, 1 + copy.Length / 100),
                2 => copy[..random.Next(copy.Length)],                                       // cut off
                3 => [.. copy[..random.Next(copy.Length)], .. other[random.Next(other.Length)..]], // another one's end
                4 => Lie(copy, random),
                5 => Doubled(copy, random),
                6 => Blank(copy, random),
                _ => [.. copy, .. other],                                                    // something behind it
            };
        return copy;
    }

    private static byte[] Flip(byte[] file, Random random, int times)
    {
        for (; times > 0; times--)
            file[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
        return file;
    }

    /// <summary>A number in the first bytes, where sizes and lengths stand, becomes a huge one.</summary>
    private static byte[] Lie(byte[] file, Random random)
    {
        var at = random.Next(Math.Min(file.Length - 4, 64));
        byte[] number = random.Next(3) switch { 0 => [0xff, 0xff, 0xff, 0x7f], 1 => [0x7f, 0xff, 0xff, 0xff], _ => [0, 0, 0, 0] };
        number.CopyTo(file, at);
        return file;
    }

    private static byte[] Doubled(byte[] file, Random random)
    {
        var (from, length) = (random.Next(file.Length), random.Next(1, 2000));
        var part = file.AsSpan(from, Math.Min(length, file.Length - from)).ToArray();
        return [.. file[..(from + part.Length)], .. part, .. file[(from + part.Length)..]];
    }

    private static byte[] Blank(byte[] file, Random random)
    {
        var from = random.Next(file.Length);
        Array.Clear(file, from, Math.Min(random.Next(1, 500), file.Length - from));
        return file;
    }
}
