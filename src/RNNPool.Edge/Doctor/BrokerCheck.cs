using Microsoft.Extensions.Options;
using MQTTnet;
using RNNPool.Edge.Mqtt;

namespace RNNPool.Edge.Doctor;

/// <summary>Connects to the MQTT broker under a client id of its own, so that a running device is not disconnected.</summary>
internal sealed class BrokerCheck(IServiceProvider services) : IDoctorCheck
{
    public string Name => "broker";

    public async Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        MqttOptions options = services.GetRequiredService<IOptions<MqttOptions>>().Value;
        if (string.IsNullOrEmpty(options.Host)) return new CheckResult(Name, CheckOutcome.Off, "No MQTT broker is configured.", "To publish events, set Mqtt:Host or --mqtt.");
        string broker = $"{options.Host}:{options.Port}";
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        MqttClientOptionsBuilder builder = new MqttClientOptionsBuilder()
            .WithTcpServer(options.Host, options.Port)
            .WithClientId($"rnnpool-edge-doctor-{Guid.NewGuid():N}"[..32])
            .WithTimeout(TimeSpan.FromSeconds(5));
        if (options.UserName is not null) builder = builder.WithCredentials(options.UserName, options.Password ?? "");
        try
        {
            MqttClientConnectResult result = await client.ConnectAsync(builder.Build(), cancellationToken).ConfigureAwait(false);
            if (result.ResultCode != MqttClientConnectResultCode.Success)
            {
                return new CheckResult(Name, CheckOutcome.Failed, $"The broker {broker} refused: {MqttConnection.Describe(result.ResultCode)}", "Check Mqtt:UserName and Mqtt:Password.");
            }

            await client.DisconnectAsync(new MqttClientDisconnectOptions(), cancellationToken).ConfigureAwait(false);
            return new CheckResult(Name, CheckOutcome.Ok, $"The broker {broker} accepts this device.");
        }
#pragma warning disable CA1031 // MQTTnet throws many types while connecting; each of them is a finding.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return new CheckResult(Name, CheckOutcome.Failed, $"The broker {broker} cannot be reached: {MqttConnection.Describe(exception)}", "Check Mqtt:Host, Mqtt:Port and the network; is the broker running?");
        }
    }
}
