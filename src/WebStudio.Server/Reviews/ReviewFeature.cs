using WebStudio.Components.Reviews;
using WebStudio.Server.Audit;
using WebStudio.Server.Exports;

namespace WebStudio.Server.Reviews;

internal static class ReviewFeature
{
    public static IServiceCollection AddReviews(this IServiceCollection services)
    {
        services.AddSingleton<AuditLog>().AddSingleton<IAudit>(provider => provider.GetRequiredService<AuditLog>());
        services.AddSingleton<Notices>().AddSingleton<INotices>(provider => provider.GetRequiredService<Notices>());
        services.AddSingleton<IReviews, ReviewService>();
        services.AddSingleton<ExportGate>();
        return services;
    }
}
