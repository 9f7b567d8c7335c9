using WebStudio.Components.Albums;
using WebStudio.Server.Settings;

namespace WebStudio.Server.Albums;

internal static class AlbumFeature
{
    /// <summary>Albums, their photos, and curation in the background.</summary>
    public static IServiceCollection AddAlbums(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<AlbumOptions>(configuration, "Albums");
        services.AddSingleton<AlbumFeed>().AddSingleton<PictureDecoding>().AddSingleton<PhotoStore>().AddSingleton<PhotoAnalyses>().AddSingleton<PhotoPictures>();
        services.AddSingleton<AlbumDecisions>().AddSingleton<CuratedAlbums>().AddSingleton<CurationWork>();
        services.AddSingleton<IAlbums, AlbumCatalog>();
        services.AddHostedService<CurationService>();
        services.AddSingleton<ISampleAlbum, SampleAlbums>();
        return services;
    }

    public static IEndpointRouteBuilder MapAlbums(this IEndpointRouteBuilder app)
    {
        app.MapPhotos();
        return app;
    }
}
