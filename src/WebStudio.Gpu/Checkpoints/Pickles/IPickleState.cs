namespace WebStudio.Gpu.Checkpoints.Pickles;

/// <summary>An object whose pickle carries a state that is applied after construction (BUILD).</summary>
internal interface IPickleState
{
    /// <summary>Applies the state.</summary>
    /// <exception cref="FormatException">It is not what this object takes.</exception>
    void SetState(object? state);
}
