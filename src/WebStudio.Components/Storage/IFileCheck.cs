using WebStudio.Components.Access;

namespace WebStudio.Components.Storage;

/// <summary>What a check of all files found and did.</summary>
/// <param name="Removed">Files that belonged to no row and were removed.</param>
/// <param name="RemovedBytes">Their size.</param>
/// <param name="Remade">Small pictures that were missing and were made again.</param>
/// <param name="Fetched">Files that were missing and were fetched from a back-up, relative to the data folder.</param>
/// <param name="Missing">Files that rows name and that are nowhere, relative to the data folder.</param>
public sealed record FileReport(int Removed, long RemovedBytes, int Remade, IReadOnlyList<string> Fetched, IReadOnlyList<string> Missing);

/// <summary>Compares files with rows on an admin's word.</summary>
public interface IFileCheck
{
    /// <summary>Looks through the whole data folder, and mends what can be mended; null for whoever is no admin.</summary>
    Task<FileReport?> CheckAsync(Viewer viewer);
}
