using WebStudio.Components.Albums;

namespace WebStudio.Server.Albums;

internal static class AlbumFeature
{
    public static IServiceCollection AddAlbums(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AlbumOptions>().Bind(configuration.GetSection("Albums")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<PhotoFiles>();
        services.AddSingleton<PhotoStore>();
        services.AddSingleton<AlbumFeed>();
        services.AddSingleton<AlbumDecider>();
        services.AddSingleton<AlbumCuration>();
        services.AddHostedService(provider => provider.GetRequiredService<AlbumCuration>());
        services.AddSingleton<IAlbums, AlbumService>();
        services.AddSingleton<ISampleAlbum, SampleAlbums>();
        return services;
    }

    public static IEndpointRouteBuilder MapAlbums(this IEndpointRouteBuilder app)
    {
        PhotoEndpoints.Map(app);
        return app;
    }
}
