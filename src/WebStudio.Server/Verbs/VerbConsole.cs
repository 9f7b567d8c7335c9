using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebStudio.Server.Verbs;

/// <summary>
/// Where a verb's words go. For people: results and progress on standard output. With --json: one object there, progress on standard
/// error. Notes and errors always go to standard error. May be called from several threads.
/// </summary>
internal sealed class VerbConsole : IDisposable
{
    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null, // keys are names of tensors and attributes: as they are
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private readonly Lock _gate = new();
    private readonly bool _json;
    private readonly TextWriter _output, _error;
    private readonly ProgressDisplay _progress;
    private bool _answered;

    /// <summary>The process's own streams.</summary>
    public VerbConsole(bool json) : this(json, Console.Out, Console.Error, json ? Console.IsErrorRedirected : Console.IsOutputRedirected)
    {
    }

    /// <summary>Any streams.</summary>
    /// <param name="json">True: the verb answers with one object.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="plain">True: progress is plain lines, because it does not go to a terminal.</param>
    public VerbConsole(bool json, TextWriter output, TextWriter error, bool plain)
    {
        (_json, _output, _error) = (json, output, error);
        _progress = new ProgressDisplay(json ? error : output, plain ? null : TerminalWidth);
    }

    /// <summary>A result for people; not printed with --json.</summary>
    public void Line(string text = "")
    {
        if (_json)
            return;
        lock (_gate)
        {
            _progress.Break();
            _output.WriteLine(text);
        }
    }

    /// <summary>The verb's one answer to --json; not printed without it. Properties in snake_case.</summary>
    /// <exception cref="InvalidOperationException">The verb has answered already.</exception>
    public void Answer(object answer)
    {
        if (!_json)
            return;
        lock (_gate)
        {
            if (_answered)
                throw new InvalidOperationException("A verb answers with one object.");
            _answered = true;
            _progress.Break();
            _output.WriteLine(ToJson(answer));
        }
    }

    /// <summary>An object as answers are written: one line, snake_case.</summary>
    public static string ToJson(object answer) => JsonSerializer.Serialize(answer, JsonOptions);

    /// <summary>Something to know that is no result: on standard error.</summary>
    public void Note(string text)
    {
        lock (_gate)
        {
            _progress.Break();
            _error.WriteLine(text);
        }
    }

    /// <summary>Shows how far the work is.</summary>
    public void Progress(ProgressLine line)
    {
        lock (_gate)
            _progress.Show(line);
    }

    /// <summary>Ends a live line.</summary>
    public void Dispose() => _progress.Break();

    private static int TerminalWidth()
    {
        try
        {
            return Console.WindowWidth;
        }
        catch (IOException)
        {
            return 80; // a terminal that does not tell
        }
    }
}
