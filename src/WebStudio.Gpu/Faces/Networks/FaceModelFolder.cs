namespace WebStudio.Gpu.Faces.Networks;

/// <summary>Where the build puts the weights of npm's @vladmandic/face-api.</summary>
internal static class FaceModelFolder
{
    /// <summary><c>models/face-api</c> beside the running application.</summary>
    public static string Default => Path.Combine(AppContext.BaseDirectory, "models", "face-api");
}
