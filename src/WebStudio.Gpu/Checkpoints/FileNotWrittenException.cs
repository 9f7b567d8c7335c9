namespace WebStudio.Gpu.Checkpoints;

/// <summary>A file or folder could not be written: the disk is full, or the place cannot be written. Nothing of it is left; what was there before is as it was.</summary>
/// <param name="message">Names the place: for whoever gave it, not for visitors of a server.</param>
/// <param name="inner">What the system said.</param>
public sealed class FileNotWrittenException(string message, Exception inner) : InvalidInputException(message, inner);
