namespace WebStudio.Gpu.Faces.Curation;

/// <summary>A face of an album, by its photo and its place among that photo's faces.</summary>
/// <param name="Photo">Index of the photo.</param>
/// <param name="Face">Index in the photo's faces.</param>
internal readonly record struct AlbumFace(int Photo, int Face);

/// <summary>How near a face is to the person and to people who certainly are somebody else.</summary>
/// <param name="Person">Mean embedding distance from the nearest of the person's reference faces.</param>
/// <param name="Others">The same from faces that stand beside the person in photos of the album; infinite where there are none.</param>
internal readonly record struct IdentityDistances(double Person, double Others);

/// <summary>
/// Makes out whose album it is: the largest group of faces by average-linkage clustering of their embeddings. Faces of one photo are never one person, which both
/// keeps groups apart and tells, once the person is known, who the others are: somebody who looks alike (a sister) is recognised as such by the photos that show both.
/// </summary>
internal sealed class PersonFinder
{
    /// <summary>Distance that two faces of one photo are taken to have.</summary>
    private const double NeverOnePerson = 1.2;

    private const int NearestReferences = 8;
    private const int NearestOthers = 3;

    private readonly IReadOnlyList<IReadOnlyList<FaceObservation>> _photos;
    private readonly CurationOptions _options;
    private readonly AlbumFace[] _faces;
    private readonly Dictionary<AlbumFace, int> _index;
    private readonly double[,] _distances;
    private List<int> _references = [];
    private readonly List<int> _others = [];

    /// <summary>Compares all faces of an album.</summary>
    /// <param name="photos">Faces of every photo.</param>
    /// <param name="options">Thresholds.</param>
    public PersonFinder(IReadOnlyList<IReadOnlyList<FaceObservation>> photos, CurationOptions options)
    {
        (_photos, _options) = (photos, options);
        _faces = [.. photos.SelectMany((faces, p) => faces.Select((_, f) => new AlbumFace(p, f)))];
        _index = _faces.Select((face, i) => (face, i)).ToDictionary(e => e.face, e => e.i);
        _distances = new double[_faces.Length, _faces.Length];
        for (var i = 0; i < _faces.Length; i++)
            for (var j = 0; j < i; j++)
                _distances[i, j] = _distances[j, i] = Observation(i).DistanceTo(Observation(j));
    }

    /// <summary>Faces of the largest group, or of the group that holds the most faces the user named.</summary>
    /// <param name="named">Faces that are the person because the user says so.</param>
    /// <returns>Number of the person's reference faces; 0 when nobody recurs.</returns>
    public int FindPerson(IReadOnlyCollection<AlbumFace> named)
    {
        var candidates = Enumerable.Range(0, _faces.Length).Where(i => IsReference(Observation(i)) || named.Contains(_faces[i])).ToList();
        var namedIndices = named.Select(f => _index[f]).ToHashSet();
        var group = Cluster(candidates).OrderByDescending(g => g.Count(namedIndices.Contains)).ThenByDescending(g => g.Count).FirstOrDefault() ?? [];
        // One face that never comes back is no person, unless the album has only one photo with faces.
        var photosWithFaces = _photos.Count(p => p.Count > 0);
        var enough = namedIndices.Count > 0 || group.Count >= (photosWithFaces >= 6 ? 3 : Math.Min(2, photosWithFaces));
        _references = enough ? [.. group.Union(namedIndices)] : [];
        FindOthers();
        return _references.Count;
    }

    /// <summary>Largest distance that counts as the person: one or two references decide less surely than the nearest of many, so less is allowed.</summary>
    public double MaxDistance => _options.MaxPersonDistance - 0.04 * (3 - Math.Min(_references.Count, 3));

    /// <summary>How near a face is to the person.</summary>
    public IdentityDistances DistancesOf(AlbumFace face)
    {
        var i = _index[face];
        return new(Nearest(i, _references, Math.Clamp(_references.Count / 2, 1, NearestReferences)), Nearest(i, _others, NearestOthers));
    }

    /// <summary>The face of a photo that is the person, or null.</summary>
    public AlbumFace? Choose(int photo)
    {
        var best = default(AlbumFace?);
        var nearest = double.MaxValue;
        for (var f = 0; f < _photos[photo].Count; f++)
        {
            var face = new AlbumFace(photo, f);
            var d = DistancesOf(face);
            if (d.Person <= MaxDistance && d.Person < d.Others && d.Person < nearest)
                (best, nearest) = (face, d.Person);
        }
        return best;
    }

    /// <summary>Whoever stands beside a face that is clearly nearer to the person.</summary>
    private void FindOthers()
    {
        _others.Clear();
        if (_references.Count == 0)
            return;
        const double clearlyNearer = 0.04;
        foreach (var photo in Enumerable.Range(0, _photos.Count).Where(p => _photos[p].Count > 1))
        {
            var ranked = _photos[photo].Select((_, f) => _index[new(photo, f)]).OrderBy(MeanDistance).ToArray();
            if (MeanDistance(ranked[0]) <= MaxDistance && MeanDistance(ranked[1]) - MeanDistance(ranked[0]) >= clearlyNearer)
                _others.AddRange(ranked.Skip(1).Where(i => !_references.Contains(i)));
        }
    }

    private FaceObservation Observation(int i) => _photos[_faces[i].Photo][_faces[i].Face];

    /// <summary>Small and unclear faces have unsteady embeddings: they are compared with the references but are none.</summary>
    private bool IsReference(FaceObservation face) => face.Confidence >= 0.5 && face.Box.Size >= Math.Max(60, _options.MinFaceSize) || _faces.Length < 6;

    private double MeanDistance(int i) => _references.Where(j => _faces[j].Photo != _faces[i].Photo).Select(j => _distances[i, j]).DefaultIfEmpty(0).Average();

    /// <summary>Mean distance from the nearest few faces of a set, other photos' only.</summary>
    private double Nearest(int i, List<int> set, int count)
    {
        var nearest = set.Where(j => _faces[j].Photo != _faces[i].Photo).Select(j => _distances[i, j]).Order().Take(count).ToArray();
        if (nearest.Length > 0)
            return nearest.Average();
        return set.Contains(i) ? 0 : double.PositiveInfinity; // the only reference there is, or nothing to compare with
    }

    /// <summary>Average-linkage clustering, cut at <see cref="CurationOptions.GroupDistance"/>.</summary>
    private List<List<int>> Cluster(List<int> members)
    {
        List<List<int>> groups = [.. members.Select(m => new List<int> { m })];
        List<List<double>> link = [.. members.Select(a => members.Select(b => a != b && _faces[a].Photo == _faces[b].Photo ? NeverOnePerson : _distances[a, b]).ToList())];
        while (groups.Count > 1)
        {
            var (best, first, second) = (double.MaxValue, 0, 0);
            for (var i = 1; i < groups.Count; i++)
                for (var j = 0; j < i; j++)
                    if (link[i][j] < best)
                        (best, first, second) = (link[i][j], j, i);
            if (best > _options.GroupDistance)
                break;
            var (a, b) = (groups[first].Count, groups[second].Count);
            for (var k = 0; k < groups.Count; k++)
                link[first][k] = link[k][first] = (link[first][k] * a + link[second][k] * b) / (a + b);
            groups[first].AddRange(groups[second]);
            groups.RemoveAt(second);
            link.RemoveAt(second);
            foreach (var row in link)
                row.RemoveAt(second);
        }
        return groups;
    }
}
