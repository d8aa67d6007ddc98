using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Presence;

/// <summary>
/// The zones of one camera. Determines which zones contain an object, as a set with one bit per zone. Allocates nothing for a set that
/// occurred before.
/// </summary>
internal sealed class ZoneSet
{
    /// <summary>Maximum number of zones, the number of bits of a set.</summary>
    public const int Max = 32;

    /// <summary>Factor of the minimum size down to which an object in the zone stays in it.</summary>
    public const float SizeHysteresis = 0.8f;

    // A box this large contains no position: it comes from a classifier, or from an object directly in front of the lens.
    private const float WholeFrame = 0.98f;

    private const string FaceLabel = "face";

    private readonly Zone[] _zones;
    private readonly Dictionary<uint, string[]> _names = new() { [0] = [] };

    /// <param name="options">The zones; they must have been validated.</param>
    /// <param name="labels">Names of the labels.</param>
    public ZoneSet(IReadOnlyList<ZoneOptions> options, IReadOnlyList<string> labels) =>
        _zones = [.. options.Select(zone => new Zone(zone, labels))];

    public int Count => _zones.Length;

    /// <summary>Whether the box covers the whole frame, and therefore contains no position.</summary>
    public static bool IsWholeFrame(in BoundingBox box, int frameWidth, int frameHeight) =>
        box.Width >= WholeFrame * frameWidth && box.Height >= WholeFrame * frameHeight;

    /// <summary>The names of the zones in a set.</summary>
    public IReadOnlyList<string> Names(uint set) => _names.TryGetValue(set, out string[]? names) ? names : AddNames(set);

    // A separate method, because its closure would otherwise be allocated on every call.
    private string[] AddNames(uint set) => _names[set] = [.. _zones.Where((_, i) => (set >> i & 1) != 0).Select(zone => zone.Name)];

    /// <summary>
    /// The zones that contain an object now. It stays in a zone under weaker conditions than it enters it. The time outside is reset for
    /// each zone that contains the object.
    /// </summary>
    public uint Locate(uint before, Span<TimeSpan> outside, int label, float score, in BoundingBox box, int frameWidth, int frameHeight)
    {
        uint now = 0;
        bool everywhere = IsWholeFrame(box, frameWidth, frameHeight);
        for (int i = 0; i < _zones.Length; i++)
        {
            uint bit = 1u << i;
            bool was = (before & bit) != 0;
            if (!everywhere && _zones[i].Holds(was, label, score, box, frameWidth, frameHeight))
            {
                outside[i] = TimeSpan.Zero;
                now |= bit;
            }
            else if (was && outside[i] < _zones[i].OffDelay)
            {
                now |= bit;
            }
        }

        return now;
    }

    private sealed class Zone
    {
        private readonly ZoneOptions _options;
        private readonly ZonePolygon _polygon;
        private readonly bool[] _counts;
        private readonly bool[] _centres;

        public Zone(ZoneOptions options, IReadOnlyList<string> labels)
        {
            _options = options;
            _polygon = ZonePolygon.TryParse(options.Polygon, out ZonePolygon? polygon) is null
                ? polygon!
                : throw new ArgumentException($"The zone {options.Name} has not been validated.", nameof(options));
            _centres =
            [
                .. labels.Select(label =>
                    (options.Anchor ?? (label == FaceLabel ? ZoneAnchor.Centre : ZoneAnchor.BottomCentre)) == ZoneAnchor.Centre
                ),
            ];
            _counts = [.. labels.Select(label => options.Labels.Length == 0 || options.Labels.Contains(label, StringComparer.Ordinal))];
        }

        public string Name => _options.Name;

        public TimeSpan OffDelay => _options.OffDelay;

        public bool Holds(bool was, int label, float score, in BoundingBox box, int frameWidth, int frameHeight)
        {
            if (!_counts[label] || score < (was ? _options.LeaveThreshold : _options.EnterThreshold))
                return false;
            if (box.Height < _options.MinHeight * frameHeight * (was ? SizeHysteresis : 1))
                return false;
            float x = (box.X + (box.Width / 2)) / frameWidth;
            float y = (_centres[label] ? box.Y + (box.Height / 2) : box.Bottom) / frameHeight;

            // A box may reach beyond the frame; its anchor is then at the edge of the frame.
            (x, y) = (Math.Clamp(x, 0.0001f, 0.9999f), Math.Clamp(y, 0.0001f, 0.9999f));
            return _polygon.Contains(x, y) || (was && _polygon.Distance(x, y, (float)frameWidth / frameHeight) <= _options.Margin);
        }
    }
}
