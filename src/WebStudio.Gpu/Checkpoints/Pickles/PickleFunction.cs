namespace WebStudio.Gpu.Checkpoints.Pickles;

/// <summary>What stands for a Python callable: C# that builds the value such a call would have given.</summary>
/// <param name="Name">Module and name.</param>
/// <param name="Call">Takes the positional arguments; throws <see cref="FormatException"/> where they do not fit.</param>
internal sealed record PickleFunction(string Name, Func<object?[], object?> Call);
