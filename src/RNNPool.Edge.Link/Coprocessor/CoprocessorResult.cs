namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>One object that the device found.</summary>
/// <param name="Label">Index into the model's labels.</param>
/// <param name="Score">Probability, 0 to 65535/65536; steps of 1/65536, as packages count.</param>
/// <param name="X">Left edge in pixels of the model's input; steps of 1/16.</param>
/// <param name="Y">Upper edge in pixels of the model's input.</param>
/// <param name="Width">Width in pixels of the model's input.</param>
/// <param name="Height">Height in pixels of the model's input.</param>
public readonly record struct CoprocessorDetection(int Label, float Score, float X, float Y, float Width, float Height);

/// <summary>Outcome of one picture; used again for the next.</summary>
public sealed class CoprocessorResult
{
    private CoprocessorDetection[] _detections = new CoprocessorDetection[64];

    /// <summary>What was found, in the device's order (descending score). Valid until the next picture.</summary>
    public ReadOnlySpan<CoprocessorDetection> Detections => _detections.AsSpan(0, Count);

    /// <summary>Number of detections.</summary>
    public int Count { get; private set; }

    /// <summary>Ticks that the device spent computing; waiting for pixels is not counted.</summary>
    public ulong ComputeTicks { get; internal set; }

    /// <summary>Ticks per second; 0 when the device does not know.</summary>
    public uint TicksPerSecond { get; internal set; }

    /// <summary>Time that the device spent computing; zero when it does not know.</summary>
    public TimeSpan ComputeTime => TicksPerSecond == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)ComputeTicks / TicksPerSecond);

    /// <summary>Working memory of the model in bytes.</summary>
    public uint ArenaBytes { get; internal set; }

    /// <summary>Most stack that the firmware has used, in bytes.</summary>
    public uint StackBytes { get; internal set; }

    /// <summary>Time from the first byte sent to the last received.</summary>
    public TimeSpan Elapsed { get; internal set; }

    /// <summary>Bytes of pixels sent, coded or not.</summary>
    public int PixelBytesSent { get; internal set; }

    internal void Clear()
    {
        Count = 0;
        (ComputeTicks, TicksPerSecond, ArenaBytes, StackBytes, Elapsed, PixelBytesSent) = (0, 0, 0, 0, default, 0);
    }

    internal void Add(in CoprocessorDetection detection)
    {
        if (Count == _detections.Length)
            Array.Resize(ref _detections, _detections.Length * 2);
        _detections[Count++] = detection;
    }
}
