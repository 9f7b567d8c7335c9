namespace WebStudio.Server.Albums;

internal static class AlbumFeature
{
    public static IServiceCollection AddAlbums(this IServiceCollection services, IConfiguration configuration) => services;

    public static IEndpointRouteBuilder MapAlbums(this IEndpointRouteBuilder app) => app;
}
