namespace WebStudio.Gpu;

/// <summary>
/// Something a person gave (a file, an album, an option) cannot be used. The message names the thing, says what is wrong with it and what
/// would be accepted; it is shown as it stands.
/// </summary>
public class InvalidInputException(string message, Exception? inner = null) : Exception(message, inner);
