using System.ComponentModel.DataAnnotations;

namespace WebStudio.Server.Access;

/// <summary>Section Limits: how often something may be asked for. What goes beyond is answered 429 with the seconds to wait. 0 for no limit.</summary>
internal sealed class LimitOptions
{
    /// <summary>Tries within a minute, from one address, to sign in, join or set a password; guesses of passwords and links are among them.</summary>
    [Range(0, 100_000)]
    public int SignInsPerMinute { get; set; } = 60;

    /// <summary>Photos that one user uploads within a minute, in pages and by all tokens together.</summary>
    [Range(0, 1_000_000)]
    public int UploadsPerMinute { get; set; } = 1200;

    /// <summary>Full-size pictures that one user has made within a minute, in pages and by all tokens together: downloads and exports.</summary>
    [Range(0, 100_000)]
    public int ExportsPerMinute { get; set; } = 60;

    /// <summary>Requests of one API token within a minute; those without a token that holds count together for their address.</summary>
    [Range(0, 1_000_000)]
    public int ApiCallsPerMinute { get; set; } = 600;

    /// <summary>Messages of one editor connection within a second: moved sliders and everything else.</summary>
    [Range(0, 10_000)]
    public int EditorMessagesPerSecond { get; set; } = 120;

    /// <summary>Sessions of one user with pictures open in editors.</summary>
    [Range(1, 1000)]
    public int EditorSessions { get; set; } = 12;
}
