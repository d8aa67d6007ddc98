using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Vision.Motion;

/// <summary>Polygons in fractions of the frame, in the format of the zones of presence.</summary>
internal sealed class ZonePolygonList
{
    private readonly List<ZonePolygon> _polygons = [];

    /// <summary>The first error in the texts, to complete "it must ..."; null when there is none.</summary>
    public static string? Check(IReadOnlyList<string> texts) =>
        texts.Select(text => ZonePolygon.TryParse(text, out _)).FirstOrDefault(error => error is not null);

    /// <exception cref="ArgumentException">A text is no polygon.</exception>
    public static ZonePolygonList Parse(IReadOnlyList<string> texts)
    {
        var list = new ZonePolygonList();
        foreach (string text in texts)
        {
            if (ZonePolygon.TryParse(text, out ZonePolygon? polygon) is { } error)
                throw new ArgumentException($"A mask must {error}.", nameof(texts));
            list._polygons.Add(polygon!);
        }

        return list;
    }

    /// <summary>Whether a point lies in one of them.</summary>
    public bool ContainsAny(float x, float y) => _polygons.Exists(polygon => polygon.Contains(x, y));
}
