using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Control;

namespace RNNPool.Edge.Sinks.Mqtt.Commands;

/// <summary>Executes commands of other clients at a limited rate. The retained topics of the controls are the answers.</summary>
internal sealed partial class CommandService(
    CommandInbox inbox,
    ControlTopics topics,
    CameraSet cameras,
    CameraSnapshots snapshots,
    SnapshotTopics pictures,
    DeviceControls controls,
    ImagePolicy images,
    IOptions<MqttOptions> options,
    LoopSupervisor supervisor,
    TimeProvider time,
    ILogger<CommandService> logger
) : BackgroundService
{
    private const string Origin = "mqtt";

    private static readonly TimeSpan CommandInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan SnapshotInterval = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = logger;
    private long _lastPicture;

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => supervisor.RunAsync("mqtt-commands", RunAsync, stoppingToken);

    private async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            await inbox.WaitAsync(stopping).ConfigureAwait(false);
            foreach (CommandKind kind in Enum.GetValues<CommandKind>())
            {
                if (kind == CommandKind.Snapshot && IsTooSoonForPicture())
                {
                    // Checked again after the delay below.
                    if (inbox.Contains(kind))
                        inbox.Signal();
                    continue;
                }

                if (!inbox.TryTake(kind, out DeviceCommand command))
                    continue;
                if (kind == CommandKind.Snapshot)
                    _lastPicture = time.GetTimestamp();
                await ExecuteAsync(command, stopping).ConfigureAwait(false);
            }

            await Task.Delay(CommandInterval, time, stopping).ConfigureAwait(false);
        }
    }

    private bool IsTooSoonForPicture() => _lastPicture != 0 && time.GetElapsedTime(_lastPicture) < SnapshotInterval;

    private async Task ExecuteAsync(DeviceCommand command, CancellationToken stopping)
    {
        try
        {
            switch (command.Kind)
            {
                case CommandKind.Detection:
                    controls.SetDetection(command.On, Origin);
                    break;
                case CommandKind.Threshold:
                    controls.SetEnterThreshold(command.Threshold, Origin);
                    break;
                case CommandKind.Snapshot:
                    await Task.WhenAll(cameras.Select(camera => PublishPictureAsync(camera.Name, stopping))).ConfigureAwait(false);
                    break;
                case CommandKind.Restart:
                    controls.RequestRestart(Origin);
                    break;
            }

            inbox.Count(command.Kind, "done");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // A command of another client must not end the loop.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            inbox.Count(command.Kind, "refused");
            LogFailed(DeviceCommand.NameOf(command.Kind), exception);
        }

        topics.Republish(command.Kind);
    }

    private async Task PublishPictureAsync(string camera, CancellationToken stopping)
    {
        byte[]? picture = await snapshots.TakeAsync(camera, options.Value.SnapshotWidth, stopping).ConfigureAwait(false);
        if (picture is not null && pictures.TryPublish(camera, picture))
            return;
        LogNoPicture(
            !images.Allowed ? "Device:AllowImages is false"
            : controls.Pause is { } pause ? pause.TrimEnd('.')
            : "no frame arrived in time"
        );
    }
}
