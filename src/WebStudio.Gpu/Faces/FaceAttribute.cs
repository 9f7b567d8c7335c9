namespace WebStudio.Gpu.Faces;

/// <summary>An attribute the estimators measure on a face. Verbs and files write it in lower case (yaw, pitch, roll, smile, mouth, eyes, age).</summary>
public enum FaceAttribute
{
    /// <summary>Head turned to the right of the picture: degrees, 0 frontal, about −60 to 60; mirroring the picture negates it.</summary>
    Yaw,

    /// <summary>Head tilted up: degrees, about −40 to 40.</summary>
    Pitch,

    /// <summary>Head rotated in the picture's plane, clockwise as seen: degrees; mirroring negates it.</summary>
    Roll,

    /// <summary>Smile, 0-100 %.</summary>
    Smile,

    /// <summary>Mouth openness, 0-100 %.</summary>
    Mouth,

    /// <summary>Eye openness, 0-100 %.</summary>
    Eyes,

    /// <summary>Apparent age in years.</summary>
    Age,
}

/// <summary>One measured attribute.</summary>
/// <param name="Value">In the attribute's unit.</param>
/// <param name="Confidence">0 (a guess) to 1 (clear view, large face).</param>
public readonly record struct AttributeReading(double Value, double Confidence);
