namespace RNNPool.Edge.Sinks.Notify;

/// <summary>Outcome of an attempt to send.</summary>
internal enum NotifyOutcome
{
    /// <summary>The receiver has accepted the notification.</summary>
    Accepted,

    /// <summary>The receiver does not accept this notification; others may be accepted.</summary>
    Refused,

    /// <summary>The receiver accepts nothing now; the notification is to be sent again.</summary>
    Failed,
}

/// <summary>Result of an attempt to send.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Reason">The reason without secrets, as a part of a sentence; null when it was accepted.</param>
/// <param name="RetryAfter">Wait that the receiver asks for; null when it asks for none.</param>
internal sealed record NotifyResult(NotifyOutcome Outcome, string? Reason = null, TimeSpan? RetryAfter = null)
{
    public static NotifyResult Accepted { get; } = new(NotifyOutcome.Accepted);
}
