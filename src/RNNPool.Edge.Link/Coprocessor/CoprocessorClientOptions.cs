using RNNPool.Edge.Link.Sessions;

namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>Times and switches of a <see cref="CoprocessorClient"/>.</summary>
public sealed class CoprocessorClientOptions
{
    /// <summary>Times of the session.</summary>
    public LinkSessionOptions Session { get; } = new();

    /// <summary>Delay before the first attempt to reconnect; doubles up to <see cref="MaxReconnectDelay"/>. Default 250 ms.</summary>
    public TimeSpan MinReconnectDelay { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Maximum delay between two attempts. Default 5 s.</summary>
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Maximum time for one picture, from its first byte to its result. Default 10 s.</summary>
    public TimeSpan DetectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Maximum time to wait for the reply to a request. Default 5 s.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Send pixels in the lossless row code when the device supports it. Default true.</summary>
    public bool UseRowCode { get; set; } = true;

    /// <summary>Number of successive failures without progress after which an upload fails. Default 5.</summary>
    public int UploadAttempts { get; set; } = 5;

    /// <summary>Returns an error that names the option, or null.</summary>
    public string? Validate()
    {
        if (MinReconnectDelay <= TimeSpan.Zero)
            return $"MinReconnectDelay is {MinReconnectDelay}; it must be longer than 0.";
        if (MaxReconnectDelay < MinReconnectDelay)
            return $"MaxReconnectDelay is {MaxReconnectDelay}; it must be at least MinReconnectDelay ({MinReconnectDelay}).";
        if (DetectTimeout <= TimeSpan.Zero)
            return $"DetectTimeout is {DetectTimeout}; it must be longer than 0.";
        if (RequestTimeout <= TimeSpan.Zero)
            return $"RequestTimeout is {RequestTimeout}; it must be longer than 0.";
        return UploadAttempts < 1 ? $"UploadAttempts is {UploadAttempts}; it must be at least 1." : Session.Validate();
    }
}
