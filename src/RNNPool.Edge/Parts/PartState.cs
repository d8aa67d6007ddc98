namespace RNNPool.Edge.Parts;

/// <summary>State of one part. Thread-safe.</summary>
internal sealed class PartState(IPart part, TimeProvider timeProvider)
{
    /// <summary>A call that lasts longer is reported: the bus hangs.</summary>
    public static readonly TimeSpan HangTime = TimeSpan.FromSeconds(3);

    private long _busySince;
    private volatile string? _failure;

    public IPart Part => part;

    /// <summary>Why the part cannot be used, as a sentence; null while it can.</summary>
    public string? Failure =>
        _failure
        ?? (
            Busy is { } busy && busy > HangTime
                ? $"The {part.Name} has not answered for {Math.Floor(busy.TotalSeconds):0} s; check its wiring."
                : null
        );

    /// <summary>How long the current call has lasted; null when there is none.</summary>
    private TimeSpan? Busy => Interlocked.Read(ref _busySince) is not 0 and long since ? timeProvider.GetElapsedTime(since) : null;

    /// <summary>Records the start of a call that may block.</summary>
    public void Begin() => Interlocked.Exchange(ref _busySince, Math.Max(1, timeProvider.GetTimestamp()));

    /// <summary>Records its end.</summary>
    /// <param name="failure">Its failure; null after success.</param>
    public void End(string? failure)
    {
        _failure = failure;
        Interlocked.Exchange(ref _busySince, 0);
    }
}
