using Microsoft.Extensions.Options;
using MQTTnet;
using MQTTnet.Protocol;
using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Sinks.Mqtt.Connection;

namespace RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

/// <summary>Removes all retained topics of this device from its broker, and with them the device from Home Assistant.</summary>
internal sealed class BrokerCleanup(
    IOptions<MqttOptions> mqtt,
    IOptions<HomeAssistantOptions> homeAssistant,
    DiscoveryIdentity identity,
    MqttTopics topics,
    IEnumerable<RetainedTopic> retained,
    AnnouncementFile announcements
)
{
    /// <summary>Time in which the broker sends the retained availability.</summary>
    private static readonly TimeSpan AvailabilityTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Removes the topics.</summary>
    /// <returns>The number of topics.</returns>
    /// <exception cref="CommandException">No broker is configured, it cannot be used, or the device is running.</exception>
    public async Task<int> RemoveAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(mqtt.Value.Host))
        {
            throw new CommandException("No MQTT broker is configured.", "Set Mqtt:Host.", ExitCode.Configuration);
        }

        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        await ConnectAsync(client, mqtt.Value, cancellationToken).ConfigureAwait(false);
        if (await IsOnlineAsync(client, cancellationToken).ConfigureAwait(false))
        {
            throw new CommandException(
                $"The device is running: {topics.Availability} is online, and the device would publish all topics again.",
                "Stop the device first, or set HomeAssistant:Discovery to false to remove it from Home Assistant only."
            );
        }

        string[] all = [.. DiscoveryTopics(), .. retained.Select(topic => topics.Below(topic.Name))];
        foreach (string topic in all)
        {
            await client
                .PublishStringAsync(topic, "", MqttQualityOfServiceLevel.AtLeastOnce, retain: true, cancellationToken: cancellationToken)
                .ConfigureAwait(false);
        }

        announcements.Write(Announcement.None);
        await client.DisconnectAsync(new MqttClientDisconnectOptions(), cancellationToken).ConfigureAwait(false);
        return all.Length;
    }

    private static async Task ConnectAsync(IMqttClient client, MqttOptions options, CancellationToken cancellationToken)
    {
        BrokerClientOptions? setup = null;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.Timeout);
        try
        {
            // A client id of its own, because the client id of the device would disconnect a running device.
            setup = BrokerClientOptions.Create(
                options,
                $"rnnpool-edge-remove-{Guid.NewGuid():N}"[..32],
                willTopic: null,
                TimeProvider.System
            );
            BrokerAnswer answer = await BrokerNegotiation
                .ConnectAsync(client, setup, BrokerTerms.Best, timeout.Token)
                .ConfigureAwait(false);
            MqttClientConnectResult result = answer.Result;
            if (result.ResultCode == MqttClientConnectResultCode.Success)
                return;
            throw new CommandException($"The broker {options.Broker} refused: {ConnectionFailure.Describe(result.ResultCode, options)}");
        }
#pragma warning disable CA1031 // MQTTnet throws many types while connecting.
        catch (Exception exception) when (exception is not CommandException && !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            string reason = timeout.IsCancellationRequested ? "no answer in time." : ConnectionFailure.Describe(exception, options, setup);
            throw new CommandException(
                $"The broker {options.Broker} cannot be used: {reason}",
                "rnnpool-edge doctor checks the connection in detail.",
                ExitCode.Failure,
                exception
            );
        }
        finally
        {
            setup?.Dispose();
        }
    }

    private IEnumerable<string> DiscoveryTopics()
    {
        string prefix = homeAssistant.Value.DiscoveryPrefix;
        IEnumerable<string> keys = retained
            .Select(topic => topic.DeviceSuffix)
            .OfType<string>()
            .Select(identity.KeyOf)
            .Prepend(identity.Key);
        return announcements.Read().Announced.Keys.Union(keys.Select(key => DiscoveryService.Topic(prefix, key)));
    }

    private async Task<bool> IsOnlineAsync(IMqttClient client, CancellationToken cancellationToken)
    {
        var availability = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.ApplicationMessageReceivedAsync += args =>
        {
            availability.TrySetResult(args.ApplicationMessage.Payload.FirstSpan.SequenceEqual("online"u8));
            return Task.CompletedTask;
        };
        await client.SubscribeAsync(topics.Availability, MqttQualityOfServiceLevel.AtLeastOnce, cancellationToken).ConfigureAwait(false);
        Task first = await Task.WhenAny(availability.Task, Task.Delay(AvailabilityTimeout, cancellationToken)).ConfigureAwait(false);
        return first == availability.Task && await availability.Task.ConfigureAwait(false);
    }
}
