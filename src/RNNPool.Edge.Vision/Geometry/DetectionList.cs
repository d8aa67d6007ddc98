namespace RNNPool.Edge.Vision.Geometry;

/// <summary>The detections of one frame, in a buffer that is used again for the next; it grows and never shrinks.</summary>
public sealed class DetectionList
{
    private Detection[] _items = new Detection[64];

    /// <summary>How many detections there are.</summary>
    public int Count { get; private set; }

    /// <summary>Time the engine spent on the frame, preparation and decoding included.</summary>
    public TimeSpan Duration { get; set; }

    /// <summary>The detections, by descending score. Valid until the next change.</summary>
    public ReadOnlySpan<Detection> Items => _items.AsSpan(0, Count);

    /// <summary>Appends one detection.</summary>
    public void Add(in Detection detection)
    {
        if (Count == _items.Length)
            Array.Resize(ref _items, _items.Length * 2);
        _items[Count++] = detection;
    }

    /// <summary>Empties the list.</summary>
    public void Clear() => (Count, Duration) = (0, default);
}
