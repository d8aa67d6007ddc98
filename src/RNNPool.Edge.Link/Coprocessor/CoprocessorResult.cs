namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>One object that the device detected.</summary>
/// <param name="Label">Index into the model's labels.</param>
/// <param name="Score">Probability, 0 to 65535/65536; in steps of 1/65536, as in packages.</param>
/// <param name="X">Left edge in pixels of the model's input; steps of 1/16.</param>
/// <param name="Y">Upper edge in pixels of the model's input.</param>
/// <param name="Width">Width in pixels of the model's input.</param>
/// <param name="Height">Height in pixels of the model's input.</param>
public readonly record struct CoprocessorDetection(int Label, float Score, float X, float Y, float Width, float Height);

/// <summary>Result of one picture. One instance can be reused for many pictures.</summary>
public sealed class CoprocessorResult
{
    private CoprocessorDetection[] _detections = new CoprocessorDetection[64];

    /// <summary>The detections in the device's order (descending score). Valid until the next picture.</summary>
    public ReadOnlySpan<CoprocessorDetection> Detections => _detections.AsSpan(0, Count);

    /// <summary>Number of detections.</summary>
    public int Count { get; private set; }

    /// <summary>Ticks that the device spent computing, without the time in which it waited for pixels.</summary>
    public ulong ComputeTicks { get; internal set; }

    /// <summary>Ticks per second; 0 when the device has no clock.</summary>
    public uint TicksPerSecond { get; internal set; }

    /// <summary>Time that the device spent computing; zero when it has no clock.</summary>
    public TimeSpan ComputeTime => TicksPerSecond == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)ComputeTicks / TicksPerSecond);

    /// <summary>Working memory of the model in bytes.</summary>
    public uint ArenaBytes { get; internal set; }

    /// <summary>Maximum stack use of the firmware, in bytes.</summary>
    public uint StackBytes { get; internal set; }

    /// <summary>Time from the first byte sent to the last received.</summary>
    public TimeSpan Elapsed { get; internal set; }

    /// <summary>Bytes of pixels on the line, after coding.</summary>
    public int PixelBytesSent { get; internal set; }

    internal void Clear()
    {
        Count = 0;
        ComputeTicks = 0;
        TicksPerSecond = 0;
        ArenaBytes = 0;
        StackBytes = 0;
        Elapsed = default;
        PixelBytesSent = 0;
    }

    internal void Add(in CoprocessorDetection detection)
    {
        if (Count == _detections.Length)
            Array.Resize(ref _detections, _detections.Length * 2);
        _detections[Count++] = detection;
    }
}
