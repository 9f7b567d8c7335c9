namespace WebStudio.Server.Access;

/// <summary>A row that belongs to somebody.</summary>
internal interface IOwned
{
    /// <summary>Account of the owner.</summary>
    string OwnerId { get; }

    /// <summary>Studio in which it was made: whose supervisors see it.</summary>
    Guid StudioId { get; }
}
