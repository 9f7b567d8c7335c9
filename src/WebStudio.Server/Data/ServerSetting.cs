using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebStudio.Server.Data;

/// <summary>What an admin set while the server ran, such as a paused queue: it outlives a restart.</summary>
internal sealed class ServerSetting
{
    public required string Key { get; set; }

    public required string Value { get; set; }

    public DateTimeOffset ChangedAt { get; set; }

    /// <summary>Account of the admin.</summary>
    public required string ChangedById { get; set; }
}

internal sealed class ServerSettingConfiguration : IEntityTypeConfiguration<ServerSetting>
{
    public void Configure(EntityTypeBuilder<ServerSetting> builder) => builder.HasKey(setting => setting.Key);
}
