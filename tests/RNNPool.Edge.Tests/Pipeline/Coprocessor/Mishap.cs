namespace RNNPool.Edge.Tests.Pipeline.Coprocessor;

/// <summary>A failure at a row of a frame.</summary>
internal enum Mishap
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It stops: no answers and no heartbeats until it is restarted.</summary>
    Hang,

    /// <summary>It sends heartbeats but never a result.</summary>
    NoResult,

    /// <summary>The line is closed.</summary>
    Unplug,

    /// <summary>It restarts and sends HELLO.</summary>
    Restart,

    /// <summary>Its engine reports a failure.</summary>
    EngineFailure,

    /// <summary>From then on it announces with every heartbeat that it will be silent, and takes no messages.</summary>
    AlwaysBusy,

    /// <summary>From then on it takes and acknowledges one message per heartbeat.</summary>
    SlowAcknowledge,
}
