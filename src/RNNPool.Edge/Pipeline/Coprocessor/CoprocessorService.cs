using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Transports;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>Runs the two loops of the coprocessor, its connection and its model, while the device runs.</summary>
internal sealed partial class CoprocessorService(
    CoprocessorClient client,
    ModelSynchronizer synchronizer,
    CoprocessorStatus status,
    LoopSupervisor supervisor,
    IOptions<CoprocessorOptions> options,
    TimeProvider time,
    ILogger<CoprocessorService> logger
) : BackgroundService
{
    /// <summary>Names of the loops in log and health.</summary>
    internal const string LinkLoop = "coprocessor link",
        ModelLoop = "coprocessor model";

    /// <summary>Maximum time that the start of the device waits for a coprocessor that is its only engine.</summary>
    internal static readonly TimeSpan StartWait = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger = logger;

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
        if (options.Value.Mode != CoprocessorMode.Coprocessor)
            return;

        // Without this wait the first frames would be lost during the handshake.
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(status.FirstReady, Task.Delay(StartWait, time, done.Token)).ConfigureAwait(false);
        await done.CancelAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (LinkEndpoint.TryParse(options.Value.Endpoint, out LinkEndpoint? endpoint, out _) && endpoint.IsUnstableName)
            LogUnstableName(endpoint.Path);
        try
        {
            await Task.WhenAll(
                    supervisor.RunAsync(LinkLoop, client.RunAsync, stoppingToken),
                    supervisor.RunAsync(ModelLoop, synchronizer.RunAsync, stoppingToken)
                )
                .ConfigureAwait(false);
        }
        finally
        {
            await client.DisposeAsync().ConfigureAwait(false);
        }
    }
}
