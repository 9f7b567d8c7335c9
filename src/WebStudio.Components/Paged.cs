namespace WebStudio.Components;

/// <summary>A page of a long list.</summary>
/// <param name="Items">What is on it.</param>
/// <param name="At">Which page, from 0: the last one where there are fewer than were asked for.</param>
/// <param name="Pages">How many there are; 0 for an empty list.</param>
/// <param name="Total">How many things are on all of them.</param>
public sealed record Paged<T>(IReadOnlyList<T> Items, int At, int Pages, int Total);
