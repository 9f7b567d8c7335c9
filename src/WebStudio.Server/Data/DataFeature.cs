using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using WebStudio.Server.Accounts;
using WebStudio.Server.Audit;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Data;

internal static class DataFeature
{
    private const int CopiesKept = 3;

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

    /// <summary>The folder and the database of a server without the server: for verbs and for `dotnet ef`. Identity's options shape the model, so they come along.</summary>
    public static ServiceProvider OfFolder(string root)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Storage:Root", root)]).Build();
        return new ServiceCollection().AddLogging().AddStorage(configuration).AddData().AddAccounts().BuildServiceProvider();
    }

    /// <summary>Brings the database to the program's version before anything is served; what it was before is kept as backups/before-MIGRATION.db, the newest few of these.</summary>
    public static async Task MigrateAsync(this WebApplication app)
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync();
        if ((await db.Database.GetAppliedMigrationsAsync()).Any() && (await db.Database.GetPendingMigrationsAsync()).FirstOrDefault() is { } next)
        {
            var copies = app.Services.GetRequiredService<DataFolders>().Copies;
            await Task.Run(() => StudioDatabase.Copy(db, Path.Combine(copies, $"before-{next}.db")));
            foreach (var old in new DirectoryInfo(copies).EnumerateFiles("before-*.db").OrderByDescending(f => f.LastWriteTimeUtc).Skip(CopiesKept).ToList())
                old.Delete();
        }
        await db.Database.MigrateAsync();
        await AuditLog.ProtectAsync(db);
    }
}
