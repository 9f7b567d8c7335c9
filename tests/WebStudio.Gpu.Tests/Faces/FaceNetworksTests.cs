using WebStudio.Gpu.Execution;
using WebStudio.Gpu.Faces.Networks;
using static TorchSharp.torch;

namespace WebStudio.Gpu.Tests.Faces;

/// <summary>Every network against face-api's own output on the same pictures (tolerances: float32 sums in another order).</summary>
public sealed class FaceNetworksTests
{
    public static TheoryData<int> Faces => [0, 1, 2, 3];

    [Theory, MemberData(nameof(Faces))]
    public void Landmarks_agree_with_face_api(int face)
    {
        using var scope = NewDisposeScope();
        using var network = new FaceLandmarkNetwork(ComputeContext.Cpu);
        var landmarks = network.Forward(ReferenceFaces.Picture(face, 1, 112));
        Near.Equal(ReferenceFaces.Numbers(ReferenceFaces.Expected(face).GetProperty("landmarks")).view(1, 68, 2), landmarks, atol: 1e-5); // fractions of the crop
    }

    [Theory, MemberData(nameof(Faces))]
    public void Expression_logits_agree_with_face_api(int face)
    {
        using var scope = NewDisposeScope();
        using var network = new FaceExpressionNetwork(ComputeContext.Cpu);
        var logits = network.Forward(ReferenceFaces.Picture(face, 1, 112));
        Near.Equal(ReferenceFaces.Numbers(ReferenceFaces.Expected(face).GetProperty("expression")), logits[0], atol: 1e-4, rtol: 1e-4);
    }

    [Theory, MemberData(nameof(Faces))]
    public void Age_and_gender_agree_with_face_api(int face)
    {
        using var scope = NewDisposeScope();
        using var network = new FaceAgeNetwork(ComputeContext.Cpu);
        var (age, gender) = network.Forward(ReferenceFaces.Picture(face, 1, 112));
        var expected = ReferenceFaces.Expected(face);
        Assert.Equal(expected.GetProperty("age").GetDouble(), age.item<float>(), 0.01); // years
        Near.Equal(ReferenceFaces.Numbers(expected.GetProperty("gender")), gender[0], atol: 1e-4, rtol: 1e-4);
    }

    [Theory, MemberData(nameof(Faces))]
    public void The_best_detections_agree_with_face_api(int face)
    {
        using var scope = NewDisposeScope();
        using var network = new FaceDetectionNetwork(ComputeContext.Cpu);
        var (boxes, scores) = network.Forward(ReferenceFaces.Picture(face, 4, 512));
        foreach (var detection in ReferenceFaces.Expected(face).GetProperty("detections").EnumerateArray())
        {
            var anchor = detection.GetProperty("anchor").GetInt64();
            Assert.Equal(detection.GetProperty("score").GetDouble(), scores[0, anchor].item<float>(), 1e-4);
            Near.Equal(ReferenceFaces.Numbers(detection.GetProperty("box")), boxes[0, anchor], atol: 1e-4); // fractions of the side
        }
    }

    [Fact]
    public void A_picture_of_another_size_is_a_programming_error()
    {
        using var scope = NewDisposeScope();
        using var network = new FaceLandmarkNetwork(ComputeContext.Cpu);
        Assert.Throws<ArgumentException>(() => network.Forward(zeros(1, 3, 100, 112)));
    }
}
