namespace WebStudio.Gpu.Checkpoints;

/// <summary>
/// A checkpoint file is damaged, hostile, or of a kind that is not read here. The message names the file and, where there is one, the tensor
/// or the byte offset.
/// </summary>
public sealed class CheckpointException(string message, Exception? inner = null) : InvalidInputException(message, inner);
