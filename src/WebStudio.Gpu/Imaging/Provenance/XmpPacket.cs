using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace WebStudio.Gpu.Imaging.Provenance;

/// <summary>
/// Provenance as XMP: IPTC's DigitalSourceType, which programs and platforms know, the creator tool, and what only we write in a namespace of our own. Reading believes nothing: bounded, without DTD, and whatever is
/// not well formed says nothing.
/// </summary>
internal static class XmpPacket
{
    /// <summary>Longest packet that is looked at, bytes.</summary>
    public const int MostBytes = 200_000;

    private const string SourcePrefix = "http://cv.iptc.org/newscodes/digitalsourcetype/";
    private const int MostText = 400, MostCoordinates = 64;
    private static readonly XNamespace Meta = "adobe:ns:meta/", Rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", Iptc = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/", Xmp = "http://ns.adobe.com/xap/1.0/", Own = "https://webstudio.invalid/ns/provenance/1.0/";

    public static byte[] Write(PictureProvenance provenance)
    {
        var description = new XElement(Rdf + "Description",
            new XAttribute(Rdf + "about", ""),
            new XAttribute(XNamespace.Xmlns + "Iptc4xmpExt", Iptc),
            new XAttribute(XNamespace.Xmlns + "xmp", Xmp),
            new XAttribute(XNamespace.Xmlns + "webstudio", Own),
            new XElement(Iptc + "DigitalSourceType", SourcePrefix + Code(provenance.Source)),
            new XElement(Xmp + "CreatorTool", "WebStudio"),
            new XElement(Xmp + "CreateDate", provenance.Created.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)),
            new XElement(Own + "Method", provenance.Method));
        void Add(string name, string value)
        {
            if (value.Length > 0)
                description.Add(new XElement(Own + name, Printable(value)));
        }
        Add("Model", provenance.Model);
        Add("ModelVersion", provenance.ModelVersion);
        Add("Base", provenance.Base);
        Add("Seed", provenance.Seed?.ToString(CultureInfo.InvariantCulture) ?? "");
        Add("PhotoSha256", provenance.PhotoSha256);
        Add("Coordinates", string.Join("; ", provenance.Coordinates.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Key.Replace('=', ' ').Replace(';', ' ')}={c.Value:0.###}"))));
        var packet = new XElement(Meta + "xmpmeta", new XAttribute(XNamespace.Xmlns + "x", Meta), new XElement(Rdf + "RDF", new XAttribute(XNamespace.Xmlns + "rdf", Rdf), description));
        return Encoding.UTF8.GetBytes($"<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n{packet}\n<?xpacket end=\"r\"?>");
    }

    /// <summary>What a packet says; null where it says nothing of how the picture was made.</summary>
    public static PictureProvenance? Read(ReadOnlySpan<byte> packet)
    {
        if (packet.Length is 0 or > MostBytes)
            return null;
        try
        {
            using var reader = XmlReader.Create(new StringReader(Encoding.UTF8.GetString(packet).Trim('\uFEFF', '\0')), new()
            {
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                MaxCharactersInDocument = MostBytes,
                ConformanceLevel = ConformanceLevel.Fragment,
                IgnoreProcessingInstructions = true,
            });
            while (reader.NodeType != XmlNodeType.Element)
                if (!reader.Read())
                    return null;
            return Of(XElement.Load(reader));
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static PictureProvenance? Of(XElement root)
    {
        string Text(XName name)
        {
            // Programs write simple properties as elements, as their resource, or as attributes. An element with others in it is none: its text would be gathered by recursion, as deep as the sender likes.
            var element = root.DescendantsAndSelf(name).FirstOrDefault(e => !e.HasElements);
            var value = (string?)element?.Attribute(Rdf + "resource") ?? element?.Value ?? root.DescendantsAndSelf().Attributes(name).FirstOrDefault()?.Value ?? "";
            value = Printable(value.Trim());
            return value.Length > MostText ? value[..MostText] : value;
        }
        var code = Text(Iptc + "DigitalSourceType");
        if (Enum.GetValues<DigitalSource>().Cast<DigitalSource?>().FirstOrDefault(s => code.EndsWith("/" + Code(s!.Value), StringComparison.OrdinalIgnoreCase) || code.Equals(Code(s.Value), StringComparison.OrdinalIgnoreCase)) is not { } source)
            return null;
        var coordinates = new Dictionary<string, double>();
        foreach (var part in Text(Own + "Coordinates").Split(';', StringSplitOptions.RemoveEmptyEntries).Take(MostCoordinates))
            if (part.Split('=') is [var name, var number] && double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                coordinates[name.Trim()] = value;
        return new()
        {
            Source = source,
            Method = Text(Own + "Method"),
            Model = Text(Own + "Model"),
            ModelVersion = Text(Own + "ModelVersion"),
            Base = Text(Own + "Base"),
            Seed = long.TryParse(Text(Own + "Seed"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : null,
            Coordinates = coordinates,
            PhotoSha256 = Text(Own + "PhotoSha256"),
            Created = DateTimeOffset.TryParse(Text(Xmp + "CreateDate"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created) ? created : DateTimeOffset.UnixEpoch,
        };
    }

    private static string Code(DigitalSource source) => source == DigitalSource.TrainedAlgorithmicMedia ? "trainedAlgorithmicMedia" : "compositeWithTrainedAlgorithmicMedia";

    /// <summary>Without what XML cannot hold, and pages should not.</summary>
    private static string Printable(string text) => new([.. text.Where(c => !char.IsControl(c) && !char.IsSurrogate(c) && c is not ('\uFFFE' or '\uFFFF'))]);
}
