using WebStudio.Gpu.Faces;
using WebStudio.Gpu.Faces.Curation;

namespace WebStudio.Gpu.Tests.Faces.Curation;

public sealed class CurationOverridesTests
{
    [Fact]
    public void Every_kind_of_decision_is_read()
    {
        var photos = CurationOverrides.Parse(
            """
            { // decisions of Tuesday
              "photos": {
                "a.jpg": { "use": false },
                "b.jpg": { "use": true, "face": 2, "attributes": { "Yaw": -12.5, "smile": 80 }, "tags": { "glasses": "yes", "beard": "no" } },
                "c.jpg": {}, } }
            """, "x").Photos;
        Assert.False(photos["a.jpg"].Use);
        Assert.True(photos["b.jpg"].Use);
        Assert.Equal(2, photos["b.jpg"].Face);
        Assert.Equal(-12.5, photos["b.jpg"].Attributes[FaceAttribute.Yaw]);
        Assert.Equal(80, photos["b.jpg"].Attributes[FaceAttribute.Smile]);
        Assert.Equal("yes", photos["b.jpg"].Tags["glasses"]);
        Assert.Null(photos["c.jpg"].Use);
    }

    [Theory]
    [InlineData("""{ "photos": { "a.jpg": { "attributes": { "yawn": 3 } } } }""", "unknown attribute 'yawn'; accepted are yaw, pitch")]
    [InlineData("""{ "photos": { "a.jpg": { "used": true } } }""", "unknown entry 'used'; accepted are use, face")]
    [InlineData("""{ "photo": {} }""", "unknown entry 'photo'")]
    [InlineData("""{ "photos": { "a.jpg": { "use": "yes" } } }""", "'use' is true or false")]
    [InlineData("""{ "photos": { "a.jpg": { "face": -1 } } }""", "'face' is a whole number")]
    [InlineData("""{ "photos": { "a.jpg": { "attributes": { "yaw": "left" } } } }""", "is a number")]
    [InlineData("""{ "photos": { "a.jpg": { "tags": ["glasses"] } } }""", "must be an object")]
    [InlineData("""{ "photos": { "a.jpg": {}, "a.jpg": {} } }""", "occurs twice")]
    [InlineData("""{ "photos": """, "not valid JSON")]
    [InlineData("""{ "photos": { "a": { "tags": { "a": { "b": { "c": { "d": { "e": { "f": 1 } } } } } } } } }""", "not valid JSON")]
    public void What_is_not_understood_is_refused_by_name(string json, string says)
    {
        var e = Assert.Throws<InvalidInputException>(() => CurationOverrides.Parse(json, "album.json"));
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
        Assert.Contains("album.json", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("nowhere.json", Assert.Throws<InvalidInputException>(() => CurationOverrides.Read("/nowhere.json")).Message, StringComparison.Ordinal);
}
