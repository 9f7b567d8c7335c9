using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Latents;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Server.Jobs;

/// <summary>Pictures that let versions be compared: the mean face along every slider, and the first photos as the model shows them. They lie in the version's folder under preview/.</summary>
internal static class VersionPictures
{
    public const int Steps = 5, Photos = 6;

    public static string Strip(int attribute, int step) => $"strip-{attribute}-{step}.webp";

    public static string Photo(int n) => $"photo-{n}.webp";

    public static void Write(string folder, PersonalizedModel model, Breather breather)
    {
        var preview = Path.Combine(folder, "preview");
        void Render(string name, Tensor code)
        {
            using var scope = NewDisposeScope();
            ImageFile.Write(Path.Combine(preview, name), RgbImage.FromTensor(model.Generator.Render(code)[0]), 88);
            breather.Breathe();
        }
        using var outer = NewDisposeScope();
        using var noGrad = no_grad();
        var mean = model.Mean.unsqueeze(0);
        foreach (var (attribute, m) in model.Description.Attributes.Select((a, m) => (a, m)))
            for (var step = 0; step < Steps; step++)
                Render(Strip(m, step), AttributeEdit.Set(mean, model.Mean, model.Directions, [new CoordinateTarget(m, attribute.Minimum + (attribute.Maximum - attribute.Minimum) * step / (Steps - 1.0))]));
        for (var n = 0; n < Math.Min(Photos, model.Album.Count); n++)
            Render(Photo(n), model.Anchors[n].unsqueeze(0));
    }
}
