using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebStudio.Components.Access;
using WebStudio.Components.Api;
using WebStudio.Components.Creations;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Tests.Imaging;
using WebStudio.Server.Albums;
using WebStudio.Server.Creations;
using WebStudio.Server.Data;
using WebStudio.Server.Editing;
using WebStudio.Server.Jobs;
using WebStudio.Server.Models;
using WebStudio.Server.Reviews;
using WebStudio.Server.Storage;
using WebStudio.Server.Tests.Editing;

namespace WebStudio.Server.Tests.Access;

/// <summary>A server on which Ada owns one of everything, and the people who may come and ask for it.</summary>
public sealed class Estate : IAsyncLifetime
{
    /// <summary>Name of the person in Ada's photos: nobody who may not look may read it anywhere.</summary>
    internal const string Secret = "Xanthippe Quillfeather";

    private readonly TemporaryFolder _folder = new();

    internal EditingStudio Studio { get; private set; } = null!;

    /// <summary>The owner.</summary>
    internal Member Ada { get; private set; } = null!;

    /// <summary>A member of Ada's studio.</summary>
    internal Member Carl { get; private set; } = null!;

    /// <summary>The supervisor of Ada's studio.</summary>
    internal Member Sue { get; private set; } = null!;

    /// <summary>A supervisor of another studio.</summary>
    internal Member Tom { get; private set; } = null!;

    /// <summary>An admin who supervises nobody.</summary>
    internal Member Root { get; private set; } = null!;

    /// <summary>Somebody whose account was locked while they were signed in.</summary>
    internal Member Lee { get; private set; } = null!;

    /// <summary>Identifiers of Ada's things by the names that addresses and methods have for them.</summary>
    internal IReadOnlyDictionary<string, Guid> Things { get; private set; } = null!;

    /// <summary>A token of Ada with every scope.</summary>
    internal string AdasToken { get; private set; } = "";

    /// <summary>A token of Tom with every scope.</summary>
    internal string TomsToken { get; private set; } = "";

    private IServiceProvider Services => Studio.App.Services;

    public async ValueTask InitializeAsync()
    {
        Studio = await EditingStudio.StartAsync(_folder.Path, "--Limits:SignInsPerMinute=0", "--Limits:ExportsPerMinute=0", "--Limits:UploadsPerMinute=0", "--Limits:ApiCallsPerMinute=0");
        (Ada, Carl) = (await Studio.JoinAsync("ada"), await Studio.JoinAsync("carl"));
        (Sue, Tom) = (await Studio.JoinAsync("sue", [StudioRoles.Supervisor]), await Studio.JoinAsync("tom", [StudioRoles.Supervisor], "Elsewhere"));
        (Root, Lee) = (await Studio.JoinAsync("root", [StudioRoles.Admin]), await Studio.JoinAsync("lee"));
        await Services.GetRequiredService<Components.Accounts.IPeople>().SetLockedAsync(Root.Viewer, Lee.Viewer.UserId, true);
        await Services.GetRequiredService<QueuePause>().SetAsync("root", true); // the job below is to wait
        (AdasToken, TomsToken) = (await TokenAsync(Ada), await TokenAsync(Tom));
        await FillAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Studio.DisposeAsync();
        _folder.Dispose();
    }

    internal Task<StudioDb> DatabaseAsync() => Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync();

    private async Task FillAsync()
    {
        var (owner, now) = (Ada.Viewer, DateTimeOffset.UtcNow);
        var model = await Studio.AddModelAsync(owner, SmallModel.Write);
        await using var db = await DatabaseAsync();
        var album = await db.Albums.SingleAsync(a => a.Id == model.AlbumId);
        (album.Person, album.Name) = (Secret, "Summer");
        var added = await Services.GetRequiredService<PhotoStore>().AddAsync(album, "face.png", new MemoryStream(ImageEncoder.Encode(PictureBytes.Gradient(64, 48), ImageFormat.Png)), default);
        var job = db.Add(new Job { OwnerId = owner.UserId, StudioId = owner.StudioId, RequestId = Guid.NewGuid(), AlbumId = model.AlbumId, ModelId = model.ModelId, Request = "{}", State = JobState.Paused, CreatedAt = now }).Entity;
        var edit = db.Add(new SavedEdit { OwnerId = owner.UserId, StudioId = owner.StudioId, VersionId = model.VersionId, Name = Secret, Coordinates = """{"Start":"portrait:1","Values":[]}""", CreatedAt = now }).Entity;
        var review = db.Add(new Review { OwnerId = owner.UserId, StudioId = owner.StudioId, VersionId = model.VersionId, Note = Secret, SentAt = now }).Entity;
        var creation = db.Add(new Creation
        {
            OwnerId = owner.UserId,
            StudioId = owner.StudioId,
            VersionId = model.VersionId,
            RequestId = Guid.NewGuid(),
            Kind = CreationKind.Enhancement,
            Name = Secret,
            State = CreationState.Ready,
            Request = CreationJson.Write(new KeptRequest<EnhancementRequest>(new() { FileName = "p.png", Damage = Gpu.Applications.Damage.Small, Amount = 4 }, [new("upload-0.png", "p.png", 8, 8, "")])),
            Result = CreationJson.Write(new EnhancementResult("face-0.png", [new("face-0.png", "face-0.png", new Dictionary<string, double>())], 4)),
            CreatedAt = now,
        }).Entity;
        await db.SaveChangesAsync();
        var (folders, picture) = (Services.GetRequiredService<DataFolders>(), ImageEncoder.Encode(PictureBytes.Gradient(8, 8), ImageFormat.Png));
        foreach (var file in (string[])[Path.Combine(folders.Job(owner.UserId, job.Id), "shot-0.webp"), Path.Combine(folders.Creation(owner.UserId, creation.Id), "face-0.png"), Path.Combine(folders.Edit(owner.UserId, edit.Id), "picture.webp"), Path.Combine(model.Folder, "preview", "face-0.png")])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllBytesAsync(file, picture);
        }
        await File.WriteAllTextAsync(Services.GetRequiredService<ModelFiles>().Study(await db.Versions.SingleAsync(v => v.Id == model.VersionId)), "null");
        Things = new Dictionary<string, Guid>(StringComparer.OrdinalIgnoreCase)
        {
            ["album"] = model.AlbumId, ["albumId"] = model.AlbumId, ["model"] = model.ModelId, ["modelId"] = model.ModelId, ["version"] = model.VersionId, ["versionId"] = model.VersionId, ["photo"] = added.PhotoId, ["photoId"] = added.PhotoId,
            ["job"] = job.Id, ["jobId"] = job.Id, ["edit"] = edit.Id, ["editId"] = edit.Id, ["review"] = review.Id, ["reviewId"] = review.Id, ["creation"] = creation.Id, ["creationId"] = creation.Id,
        };
    }

    private async Task<string> TokenAsync(Member member) => (await Services.GetRequiredService<IApiAccess>().CreateTokenAsync(member.Viewer, "everything", [.. ApiScopes.All.Select(s => s.Scope)], 1)).Secret!;
}
