using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace WebStudio.Server.Data;

/// <summary>For `dotnet ef migrations add`: the database as the application builds it.</summary>
internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<StudioDb>
{
    public StudioDb CreateDbContext(string[] args) =>
        DataFeature.OfFolder(Directory.CreateTempSubdirectory("webstudio-migrations-").FullName).GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContext();
}
