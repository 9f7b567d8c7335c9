using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Imaging;
using WebStudio.Gpu.Personalization;
using static TorchSharp.torch;

namespace WebStudio.Server.Tests.Editing;

/// <summary>A photo that a model has not seen: a face between three of its anchors, pasted into a larger picture.</summary>
internal static class PhotoOfModel
{
    public const int Width = 420, Height = 360, Left = 120, Top = 70, Side = 200;

    public static byte[] Make(string modelFolder)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = PersonalizedModel.Load(modelFolder, ComputeContext.Cpu);
        var code = tensor((float[])[0.5f, 0.3f, 0.2f]).matmul(model.Anchors.narrow(0, 2, 3)).unsqueeze(0);
        var face = nn.functional.interpolate(model.Generator.Render(code), size: [Side, Side], mode: InterpolationMode.Bilinear, align_corners: false).clamp(-1, 1);
        var photo = linspace(-0.2, 0.3, Width).view(1, 1, 1, Width).expand(1, 3, Height, Width).clone();
        photo.narrow(2, Top, Side).narrow(3, Left, Side).copy_(face);
        return ImageEncoder.Encode(RgbImage.FromTensor(photo[0]), ImageFormat.Png);
    }
}
