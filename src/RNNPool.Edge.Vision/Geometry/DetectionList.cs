namespace RNNPool.Edge.Vision.Geometry;

/// <summary>The detections of one frame, in a buffer that is reused for the next frame; it grows and never shrinks.</summary>
public sealed class DetectionList
{
    private Detection[] _items = new Detection[64];

    /// <summary>Number of detections.</summary>
    public int Count { get; private set; }

    /// <summary>Time that the engine needed for the frame, with preparation and decoding.</summary>
    public TimeSpan Duration { get; set; }

    /// <summary>The detections, by descending score. Valid until the next change.</summary>
    public ReadOnlySpan<Detection> Items => _items.AsSpan(0, Count);

    internal Span<Detection> Mutable => _items.AsSpan(0, Count);

    /// <summary>Appends one detection.</summary>
    public void Add(in Detection detection)
    {
        if (Count == _items.Length)
            Array.Resize(ref _items, _items.Length * 2);
        _items[Count++] = detection;
    }

    /// <summary>Removes all detections after the first ones.</summary>
    /// <param name="count">Number of detections that remain, if there are so many.</param>
    public void Truncate(int count) => Count = Math.Min(Count, count);

    /// <summary>Empties the list.</summary>
    public void Clear() => (Count, Duration) = (0, default);
}
