using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebStudio.Server.Jobs;

/// <summary>Seconds of the device that somebody used within an hour: what fair share and the daily limit count. Written while work goes on, so that a server that is killed has counted all but the last moments.</summary>
internal sealed class DeviceUse
{
    /// <summary>Account. No foreign key: an hour's row goes after two days by itself.</summary>
    public required string OwnerId { get; set; }

    /// <summary>Hours since 1970, UTC.</summary>
    public int Hour { get; set; }

    public double Seconds { get; set; }
}

internal sealed class DeviceUseConfiguration : IEntityTypeConfiguration<DeviceUse>
{
    public void Configure(EntityTypeBuilder<DeviceUse> builder)
    {
        builder.HasKey(use => new { use.OwnerId, use.Hour });
        builder.HasIndex(use => use.Hour);
    }
}
