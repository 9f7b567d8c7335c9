using System.Globalization;
using System.Numerics;
using System.Text;

namespace WebStudio.Gpu.Checkpoints.Pickles;

/// <summary>The literals of protocol 0, which are lines of text.</summary>
internal static class PickleText
{
    /// <summary>Decimal conversion takes quadratic time; Python's own limit for text is 4300 digits.</summary>
    private const int MaxDigits = 4300;

    /// <summary>INT: a number, or 00 and 01 for False and True.</summary>
    public static object ParseInt(string line) => line switch
    {
        "00" => false,
        "01" => true,
        _ => Narrow(ParseInteger(line)),
    };

    /// <summary>LONG: a number with Python 2's suffix L.</summary>
    public static object ParseLong(string line) => Narrow(ParseInteger(line.EndsWith('L') ? line[..^1] : line));

    /// <summary>FLOAT: Python's repr.</summary>
    public static double ParseFloat(string line) => line switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        "nan" => double.NaN,
        _ => double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException("a number is not readable"),
    };

    /// <summary>The smallest of long and BigInteger that holds the number.</summary>
    public static object Narrow(BigInteger number) => number >= long.MinValue && number <= long.MaxValue ? (object)(long)number : number;

    /// <summary>STRING: quoted, with Python's backslash escapes.</summary>
    public static string ParseString(string line)
    {
        if (line.Length < 2 || line[0] is not ('\'' or '"') || line[^1] != line[0])
            throw new FormatException("a text is not quoted");
        return Unescape(line[1..^1], rawUnicode: false);
    }

    /// <summary>UNICODE: raw-unicode-escape, where only \u and \U are escapes.</summary>
    public static string ParseUnicode(string line) => Unescape(line, rawUnicode: true);

    private static BigInteger ParseInteger(string line) =>
        line.Length <= MaxDigits && BigInteger.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException("an integer is not readable");

    private static string Unescape(string text, bool rawUnicode)
    {
        var result = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\' || (rawUnicode && (at + 1 == text.Length || text[at + 1] is not ('u' or 'U'))))
            {
                result.Append(text[at]);
                continue;
            }
            at++;
            var code = at < text.Length ? text[at] : throw new FormatException("a text ends in a backslash");
            switch (code)
            {
                case 'u' or 'U' when rawUnicode:
                    var digits = code == 'u' ? 4 : 8;
                    result.Append(ParseRune(text, at + 1, digits));
                    at += digits;
                    break;
                case 'x':
                    result.Append((char)ParseHex(text, at + 1, 2));
                    at += 2;
                    break;
                case '\\' or '\'' or '"':
                    result.Append(code);
                    break;
                case 'n' or 'r' or 't':
                    result.Append(code switch { 'n' => '\n', 'r' => '\r', _ => '\t' });
                    break;
                default:
                    throw new FormatException($"the escape \\{code} is not known");
            }
        }
        return result.ToString();
    }

    private static string ParseRune(string text, int at, int digits)
    {
        var code = ParseHex(text, at, digits);
        return Rune.IsValid(code) ? new Rune(code).ToString() : throw new FormatException("an escape is not a character");
    }

    private static int ParseHex(string text, int at, int digits) =>
        at + digits <= text.Length && int.TryParse(text.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            ? code
            : throw new FormatException("an escape is cut short");
}
