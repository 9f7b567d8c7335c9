namespace WebStudio.Components.Admin;

/// <summary>A base model that trainings can start from.</summary>
/// <param name="Id">Null for the built-in one.</param>
/// <param name="Name">Short name.</param>
/// <param name="Resolution">Side of its pictures in pixels.</param>
/// <param name="Licence">Terms under which it may be used.</param>
public sealed record BaseEntry(Guid? Id, string Name, int Resolution, string Licence);

/// <summary>The bases of this server.</summary>
public interface IBaseCatalogue
{
    /// <summary>The built-in base first, then imported ones by name.</summary>
    Task<IReadOnlyList<BaseEntry>> ListAsync();
}
