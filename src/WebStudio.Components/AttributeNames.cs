using WebStudio.Gpu.Faces;

namespace WebStudio.Components;

/// <summary>Attributes as pages call them.</summary>
public static class AttributeNames
{
    /// <summary>What a page calls an attribute; tags keep the user's own name.</summary>
    public static string Of(string name) => Enum.TryParse<FaceAttribute>(name, ignoreCase: true, out var attribute) ? Of(attribute) : name;

    /// <summary>What a page calls a measured attribute.</summary>
    public static string Of(FaceAttribute attribute) => attribute switch
    {
        FaceAttribute.Yaw => "Head turn",
        FaceAttribute.Pitch => "Head up or down",
        FaceAttribute.Roll => "Head tilt",
        FaceAttribute.Smile => "Smile",
        FaceAttribute.Mouth => "Mouth open",
        FaceAttribute.Eyes => "Eyes open",
        _ => "Age",
    };
}
