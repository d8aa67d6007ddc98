using RNNPool.Edge.Link.Sessions;

namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>A session that can be used, with the description of its device.</summary>
internal sealed class Connection(LinkSession session, CoprocessorInfo info)
{
    public LinkSession Session { get; } = session;

    public CoprocessorInfo Info { get; set; } = info;

    /// <summary>Completes when the connection has been withdrawn.</summary>
    public TaskCompletionSource Gone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
