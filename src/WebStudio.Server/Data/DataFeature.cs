using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using WebStudio.Server.Audit;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Data;

internal static class DataFeature
{
    /// <summary>The database in the data folder; <see cref="StudioDb"/> itself (scoped, for Identity) and a factory (for everything else).</summary>
    public static IServiceCollection AddData(this IServiceCollection services)
    {
        services.AddSingleton<SqlitePragmas>();
        services.AddDbContextFactory<StudioDb>((provider, options) => options
            .UseSqlite($"Data Source={provider.GetRequiredService<DataFolders>().Database};Cache=Private")
            // Rows that hang on an account have no filter of their own: they are only read by way of somebody who is there.
            // SQLite changes a table by making it anew, which no transaction can hold: a back-up is made before.
            .ConfigureWarnings(warnings => warnings.Ignore(CoreEventId.PossibleIncorrectRequiredNavigationWithQueryFilterInteractionWarning, RelationalEventId.NonTransactionalMigrationOperationWarning))
            .AddInterceptors(provider.GetRequiredService<SqlitePragmas>()));
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContext());
        return services;
    }

    /// <summary>Brings the database to the program's version before anything is served; what it was before is kept as backups/before-MIGRATION.db.</summary>
    public static async Task MigrateAsync(this WebApplication app)
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync();
        if ((await db.Database.GetAppliedMigrationsAsync()).Any() && (await db.Database.GetPendingMigrationsAsync()).FirstOrDefault() is { } next)
            await StudioDatabase.CopyAsync(db, app.Services.GetRequiredService<DataFolders>().BackupBefore(next));
        await db.Database.MigrateAsync();
        await AuditLog.ProtectAsync(db);
    }
}
