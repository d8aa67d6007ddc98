using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Pictures;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;
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

    /// <summary>A picture of a presence: a grey area, 64 pixels wide.</summary>
    public static PresencePicture Picture(string id = "a", byte shade = 100)
    {
        using Frame frame = new FramePool(1).Rent(64, 48, PixelFormat.Gray8);
        frame.Data.Fill(shade);
        byte[] jpeg = ImageCodec.Encode(frame, ImageEncoding.Jpeg);
        PresenceEvent shown = Event(id: id);
        return new PresencePicture(
            new PictureFacts
            {
                Id = id,
                Camera = shown.Camera,
                Label = shown.Label,
                Time = shown.Time,
                Score = shown.Score,
                BoxFraction = shown.BoxFraction,
                Frame = shown.Frame,
                Blurred = false,
            },
            jpeg,
            jpeg[..]
        );
    }

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
