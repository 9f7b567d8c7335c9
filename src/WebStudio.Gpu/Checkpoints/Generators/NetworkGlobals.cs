using WebStudio.Gpu.Checkpoints.Pickles;

namespace WebStudio.Gpu.Checkpoints.Generators;

/// <summary>The names of NVIDIA's repositories.</summary>
internal static class NetworkGlobals
{
    /// <summary>Adds them to the list.</summary>
    public static void AddTo(PickleGlobals globals)
    {
        globals.Add("torch_utils.persistence", "_reconstruct_persistent_obj", Reconstruct);
        globals.Add("dnnlib.util", "EasyDict", arguments => arguments is []
            ? new PickleDict("EasyDict")
            : throw new FormatException("an EasyDict is made with arguments"));
    }

    /// <summary>The metadata also hold module_src, the class's source: never looked at.</summary>
    private static NetworkObject Reconstruct(object?[] arguments) =>
        arguments is [PickleDict meta] && meta["type"] is "class" && meta["class_name"] is string name && meta["state"] is PickleDict state
            ? new(name, state)
            : throw new FormatException("a persistent object has no class name or no state");
}
