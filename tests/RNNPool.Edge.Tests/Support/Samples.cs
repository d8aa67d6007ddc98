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
        new()
        {
            Type = kind,
            Id = id,
            Time = Noon.UtcDateTime.AddMilliseconds(1592),
            StartTime = Noon.UtcDateTime,
            EndTime = kind == PresenceEventKind.End ? Noon.UtcDateTime.AddSeconds(1) : null,
            Camera = "door",
            Label = label,
            Score = 0.9123,
            TopScore = 0.95,
            Box = new EventBox(32, 60, 80, 120.3),
            BoxFraction = new EventBox(0.10013, 0.25, 0.25, 0.50108),
            Frame = new FrameSize(320, 240),
            Count = count,
        };

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
