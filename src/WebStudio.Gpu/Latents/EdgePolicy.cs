namespace WebStudio.Gpu.Latents;

/// <summary>What to do with an edited code that has left the dilated hull (MyStyle).</summary>
public enum EdgePolicy
{
    /// <summary>Leave it out: an edit goes as far as the hull reaches.</summary>
    Stop,

    /// <summary>Keep it: pictures far outside lose the person.</summary>
    Continue,

    /// <summary>Move it to the nearest point of the hull.</summary>
    Project,
}
