using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using WebStudio.Server.Accounts;
using WebStudio.Server.Accounts.Sessions;
using WebStudio.Server.Admin;
using WebStudio.Server.Albums;
using WebStudio.Server.Api;
using WebStudio.Server.Api.Webhooks;
using WebStudio.Server.Audit;
using WebStudio.Server.Creations;
using WebStudio.Server.Deletions;
using WebStudio.Server.Editing;
using WebStudio.Server.Jobs;
using WebStudio.Server.Models;
using WebStudio.Server.Reviews;

namespace WebStudio.Server.Data;

/// <summary>The database: accounts and the rows that name files. Pages get contexts from the factory, one for each piece of work.</summary>
internal sealed class StudioDb(DbContextOptions<StudioDb> options) : IdentityDbContext<StudioUser, IdentityRole, string>(options)
{
    public DbSet<Studio> Studios => Set<Studio>();

    public DbSet<Invitation> Invitations => Set<Invitation>();

    public DbSet<Album> Albums => Set<Album>();

    public DbSet<Photo> Photos => Set<Photo>();

    public DbSet<Model> Models => Set<Model>();

    public DbSet<ModelVersion> Versions => Set<ModelVersion>();

    public DbSet<Job> Jobs => Set<Job>();

    public DbSet<SavedEdit> SavedEdits => Set<SavedEdit>();

    public DbSet<Creation> Creations => Set<Creation>();

    public DbSet<Review> Reviews => Set<Review>();

    public DbSet<Notice> Notices => Set<Notice>();

    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    public DbSet<BaseModel> BaseModels => Set<BaseModel>();

    public DbSet<Deletion> Deletions => Set<Deletion>();

    public DbSet<DeviceUse> DeviceUses => Set<DeviceUse>();

    public DbSet<SignInSession> SignInSessions => Set<SignInSession>();

    public DbSet<ApiToken> ApiTokens => Set<ApiToken>();

    public DbSet<Webhook> Webhooks => Set<Webhook>();

    public DbSet<WebhookMessage> WebhookMessages => Set<WebhookMessage>();

    public DbSet<ServerSetting> Settings => Set<ServerSetting>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(StudioDb).Assembly);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder conventions) =>
        conventions.Properties<DateTimeOffset>().HaveConversion<UtcTicks>();

    /// <summary>SQLite has no time type that it can order: times are kept as UTC ticks.</summary>
    private sealed class UtcTicks() : ValueConverter<DateTimeOffset, long>(time => time.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
}
