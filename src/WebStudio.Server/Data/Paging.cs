using Microsoft.EntityFrameworkCore;
using WebStudio.Components;

namespace WebStudio.Server.Data;

/// <summary>Long lists, a page at a time.</summary>
internal static class Paging
{
    /// <summary>Cards of a page: whole rows of two, three, four and six.</summary>
    public const int Cards = 24;

    /// <summary>A page of an ordered query, or its last one where there are fewer.</summary>
    /// <param name="ordered">Orders completely: equal rows would come on two pages or on none.</param>
    /// <param name="page">From 0.</param>
    /// <param name="size">Rows of a page.</param>
    public static Task<Paged<T>> PageAsync<T>(this IQueryable<T> ordered, int page, int size) => ordered.PageAsync<T, T>(page, size, async rows => await rows.ToListAsync());

    /// <summary>As <see cref="PageAsync{T}"/>, for rows that are read in a way of their own.</summary>
    public static async Task<Paged<TRow>> PageAsync<T, TRow>(this IQueryable<T> ordered, int page, int size, Func<IQueryable<T>, Task<IReadOnlyList<TRow>>> read)
    {
        var total = await ordered.CountAsync();
        var pages = (total + size - 1) / size;
        var at = Math.Clamp(page, 0, Math.Max(0, pages - 1));
        return new(total == 0 ? [] : await read(ordered.Skip(at * size).Take(size)), at, pages, total);
    }

    /// <summary>The same page with something else for each row.</summary>
    public static Paged<TTo> Select<TFrom, TTo>(this Paged<TFrom> page, Func<TFrom, TTo> to) => new([.. page.Items.Select(to)], page.At, page.Pages, page.Total);
}
