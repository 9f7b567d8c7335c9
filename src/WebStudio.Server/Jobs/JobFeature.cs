namespace WebStudio.Server.Jobs;

internal static class JobFeature
{
    public static IServiceCollection AddJobs(this IServiceCollection services, IConfiguration configuration) => services;

    public static IEndpointRouteBuilder MapJobs(this IEndpointRouteBuilder app) => app;
}
