namespace WebStudio.Components.Tests;

/// <summary>Pages of a list that a test holds.</summary>
internal static class Pages
{
    public static Paged<T> Of<T>(IReadOnlyList<T> all, int page, int size) => new([.. all.Skip(page * size).Take(size)], page, (all.Count + size - 1) / size, all.Count);
}
