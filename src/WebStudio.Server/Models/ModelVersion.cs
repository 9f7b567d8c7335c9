using WebStudio.Server.Access;

namespace WebStudio.Server.Models;

/// <summary>One trained state of a model: a folder that the engine's PersonalizedModel opens.</summary>
internal sealed class ModelVersion : IOwned
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public required string OwnerId { get; set; }

    public Guid StudioId { get; set; }

    public Guid ModelId { get; set; }

    public Model? Model { get; set; }

    /// <summary>1, 2, 3 … within the model.</summary>
    public int Number { get; set; }

    public required string Name { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Size of the folder.</summary>
    public long Bytes { get; set; }

    /// <summary>Of generator.safetensors, lower-case hexadecimal.</summary>
    public required string Sha256 { get; set; }

    /// <summary>JSON of the engine's report (Gpu.Evaluation.ModelReport) for pages.</summary>
    public required string Report { get; set; }

    /// <summary>Attributes it controls, comma-separated.</summary>
    public required string Attributes { get; set; }

    /// <summary>True when training was ended before its time and the state kept.</summary>
    public bool EndedEarly { get; set; }

    public Guid? JobId { get; set; }

    /// <summary>When it went to the bin; null while it is in use. What is in the bin does not exist for queries that do not ask for it.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
}
