namespace WebStudio.Gpu.Perceptual;

/// <summary>Backbones that LPIPS v0.1 has linear weights for.</summary>
public enum LpipsNetwork
{
    /// <summary>AlexNet, five maps: LPIPS's default and the fastest.</summary>
    Alex,

    /// <summary>SqueezeNet 1.1, seven maps: the smallest file.</summary>
    Squeeze,

    /// <summary>VGG-16, five maps: nearest to what older papers call perceptual loss, about ten times as slow as AlexNet.</summary>
    Vgg,
}
