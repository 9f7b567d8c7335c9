using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using WebStudio.Server.Accounts;
using WebStudio.Server.Storage;

namespace WebStudio.Server.Data;

/// <summary>For `dotnet ef migrations add`: the database as the application builds it, since Identity's options shape the model.</summary>
internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<StudioDb>
{
    public StudioDb CreateDbContext(string[] args)
    {
        var root = Directory.CreateTempSubdirectory("webstudio-migrations-").FullName;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Storage:Root", root)]).Build();
        return new ServiceCollection().AddLogging().AddStorage(configuration).AddData().AddAccounts().BuildServiceProvider().GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContext();
    }
}
