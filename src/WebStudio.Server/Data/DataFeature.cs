using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using WebStudio.Server.Accounts;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Data;

internal static class DataFeature
{
    /// <summary>The database in the data folder; <see cref="StudioDb"/> itself (scoped, for Identity) and a factory (for everything else).</summary>
    public static IServiceCollection AddData(this IServiceCollection services)
    {
        services.AddSingleton<SqlitePragmas>().AddSingleton<DatabaseUpgrade>();
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

    /// <summary>Takes the data folder for this server alone and brings its database to the program's version, before anything is served.</summary>
    /// <exception cref="WebStudio.Gpu.InvalidInputException">Another server is at work in the folder, or its database is not this program's.</exception>
    public static Task MigrateAsync(this WebApplication app) => app.Services.GetRequiredService<DatabaseUpgrade>().RunAsync();
}
