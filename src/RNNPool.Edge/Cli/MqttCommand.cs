using System.CommandLine;
using Microsoft.Extensions.Options;
using MQTTnet;
using MQTTnet.Protocol;
using RNNPool.Edge.Core;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Sinks.Mqtt.Connection;
using RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

namespace RNNPool.Edge.Cli;

/// <summary><c>rnnpool-edge mqtt remove</c>: takes everything that this device keeps at its broker away, from Home Assistant too.</summary>
internal static class MqttCommand
{
    /// <summary>How long the broker is given to say what it keeps.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<(Command Command, string Examples)> Build(Terminal terminal, IDeviceComposer composer)
    {
        var remove = new Command(
            "remove",
            "Remove this device from Home Assistant and its retained topics from the broker. Stop the device first."
        );
        var json = Terminal.JsonOption("a sentence");
        remove.Add(json);
        SharedOptions shared = SharedOptions.AddTo(remove, composer, device: true);
        remove.SetAction(
            async (result, cancellationToken) =>
            {
                Composition<ComposedServices> device = composer.Compose<ComposedServices>(shared.Load(result));
                await using (device.ConfigureAwait(false))
                {
                    int topics = await RemoveAsync(device.Root.Provider, cancellationToken).ConfigureAwait(false);
                    if (result.GetValue(json))
                        terminal.WriteJson(new RemovedTopics(topics), CommandJson.Default.RemovedTopics);
                    else
                        terminal.WriteLine($"Removed {topics} topics from the broker; Home Assistant forgets the device by itself.");
                }

                return ExitCode.Ok;
            }
        );
        var mqtt = new Command("mqtt", "What this device keeps at its MQTT broker.") { remove };
        return
        [
            (mqtt, "  rnnpool-edge mqtt remove --mqtt broker.local"),
            (remove, "  rnnpool-edge mqtt remove --mqtt broker.local\n  rnnpool-edge mqtt remove --config /etc/rnnpool-edge/config.json"),
        ];
    }

    /// <returns>How many topics were cleared.</returns>
    private static async Task<int> RemoveAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        MqttOptions options = services.GetRequiredService<IOptions<MqttOptions>>().Value;
        if (string.IsNullOrEmpty(options.Host))
            throw new CommandException("No MQTT broker is configured.", "Set Mqtt:Host or --mqtt.", ExitCode.Configuration);
        var topics = services.GetRequiredService<MqttTopics>();
        using var client = new MqttClientFactory().CreateMqttClient();
        await ConnectAsync(client, options, cancellationToken).ConfigureAwait(false);
        if (await IsRunningAsync(client, topics.Availability, cancellationToken).ConfigureAwait(false))
        {
            throw new CommandException(
                $"The device is running: {topics.Availability} is online, and it would publish everything again.",
                "Stop it first, or set HomeAssistant:Discovery to false to remove it from Home Assistant alone."
            );
        }

        var announced = services.GetRequiredService<AnnouncementFile>();
        string[] discovery = [.. announced.Read().Announced.Keys.Union(Discovery(services))];
        string[] all = [.. discovery, .. topics.Retained];
        foreach (string topic in all)
            await client
                .PublishStringAsync(topic, "", MqttQualityOfServiceLevel.AtLeastOnce, retain: true, cancellationToken: cancellationToken)
                .ConfigureAwait(false);
        announced.Write(new Announcement([]));
        await client.DisconnectAsync(new MqttClientDisconnectOptions(), cancellationToken).ConfigureAwait(false);
        return all.Length;
    }

    private static string[] Discovery(IServiceProvider services)
    {
        string prefix = services.GetRequiredService<IOptions<HomeAssistantOptions>>().Value.DiscoveryPrefix;
        string key = DiscoverySubject.KeyOf(services.GetRequiredService<DeviceIdentity>().Id);
        return [DiscoveryService.Topic(prefix, key), DiscoveryService.Topic(prefix, DiscoverySubject.CoprocessorKeyOf(key))];
    }

    private static async Task ConnectAsync(IMqttClient client, MqttOptions options, CancellationToken cancellationToken)
    {
        BrokerClientOptions? setup = null;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.Timeout);
        try
        {
            // An id of its own: the device's would throw it out if it is running.
            setup = BrokerClientOptions.Create(options, $"rnnpool-edge-remove-{Guid.NewGuid():N}"[..32], willTopic: null);
            MqttClientConnectResult result = await client.ConnectAsync(setup.Options, timeout.Token).ConfigureAwait(false);
            if (result.ResultCode != MqttClientConnectResultCode.Success)
                throw new CommandException(
                    $"The broker {options.Broker} refused: {ConnectionFailure.Describe(result.ResultCode, options)}"
                );
        }
#pragma warning disable CA1031 // MQTTnet throws many types while connecting.
        catch (Exception exception) when (exception is not CommandException && !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            string reason = timeout.IsCancellationRequested ? "no answer in time." : ConnectionFailure.Describe(exception, options, setup);
            throw new CommandException(
                $"The broker {options.Broker} cannot be used: {reason}",
                "rnnpool-edge doctor looks closer.",
                ExitCode.Failure,
                exception
            );
        }
        finally
        {
            setup?.Dispose();
        }
    }

    private static async Task<bool> IsRunningAsync(IMqttClient client, string topic, CancellationToken cancellationToken)
    {
        var availability = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.ApplicationMessageReceivedAsync += args =>
        {
            availability.TrySetResult(args.ApplicationMessage.Payload.FirstSpan.SequenceEqual("online"u8));
            return Task.CompletedTask;
        };
        await client.SubscribeAsync(topic, MqttQualityOfServiceLevel.AtLeastOnce, cancellationToken).ConfigureAwait(false);
        Task first = await Task.WhenAny(availability.Task, Task.Delay(Patience, cancellationToken)).ConfigureAwait(false);
        return first == availability.Task && await availability.Task.ConfigureAwait(false);
    }
}
