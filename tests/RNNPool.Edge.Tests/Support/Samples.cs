using RNNPool.Edge.Events;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Support;

internal static class Samples
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    public static PresenceEvent Event(
        PresenceEventKind kind = PresenceEventKind.New,
        string id = "a",
        string label = "face",
        int count = 1
    ) =>
        new(
            kind,
            id,
            Noon.AddTicks(15_927_123),
            Noon,
            kind == PresenceEventKind.End ? Noon.AddSeconds(1) : null,
            "door",
            label,
            0.912345f,
            0.95f,
            new BoundingBox(32.04f, 60f, 80f, 120.26f),
            320,
            240,
            count
        );

    public static DeviceEvent DeviceEvent(bool occupied, string id = "a") =>
        new(
            EventMessage.From(Event(occupied ? PresenceEventKind.New : PresenceEventKind.End, id)),
            new Occupancy(occupied, occupied ? 1 : 0, new Dictionary<string, int> { ["face"] = occupied ? 1 : 0 }, Noon.UtcDateTime)
        );

    /// <summary>The repository's root, found from where the tests run.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "RNNPool.Edge.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The tests do not run within the repository.");
    }
}
