using Microsoft.Extensions.Options;
using MQTTnet;
using RNNPool.Edge.Core;
using RNNPool.Edge.Sinks.Mqtt.Connection;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>Connects to the MQTT broker under a client id of its own, so that a running device is not disconnected.</summary>
internal sealed class BrokerCheck(IServiceProvider services) : IDoctorCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public string Name => "broker";

    public async Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        MqttOptions options = services.GetRequiredService<IOptions<MqttOptions>>().Value;
        if (string.IsNullOrEmpty(options.Host))
            return new CheckResult(Name, CheckOutcome.Off, "No MQTT broker is configured.", "To publish events, set Mqtt:Host or --mqtt.");
        if (options.Timeout > Patience)
            options.Timeout = Patience;
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        BrokerClientOptions? setup = null;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.Timeout);
        try
        {
            setup = BrokerClientOptions.Create(options, $"rnnpool-edge-doctor-{Guid.NewGuid():N}"[..32], willTopic: null);
            MqttClientConnectResult result = await client.ConnectAsync(setup.Options, timeout.Token).ConfigureAwait(false);
            if (result.ResultCode != MqttClientConnectResultCode.Success)
            {
                return new CheckResult(
                    Name,
                    CheckOutcome.Failed,
                    $"The broker {options.Broker} refused: {ConnectionFailure.Describe(result.ResultCode, options)}",
                    "Check Mqtt:UserName and its password."
                );
            }

            await client.DisconnectAsync(new MqttClientDisconnectOptions(), cancellationToken).ConfigureAwait(false);
            return Exposed(options)
                ?? new CheckResult(
                    Name,
                    CheckOutcome.Ok,
                    $"The broker {options.Broker} accepts this device{(options.Tls.Enabled ? " over TLS" : "")}."
                );
        }
        catch (BrokerSetupException exception)
        {
            return new CheckResult(Name, CheckOutcome.Failed, exception.Message, "Correct the file or the setting.");
        }
#pragma warning disable CA1031 // MQTTnet throws many types while connecting; each of them is a finding.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            string finding =
                $"The broker {options.Broker} cannot be used: {(timeout.IsCancellationRequested ? "no answer in time." : ConnectionFailure.Describe(exception, options, setup))}";
            return new CheckResult(
                Name,
                CheckOutcome.Failed,
                finding,
                "Check Mqtt:Host, Mqtt:Port, Mqtt:Tls and the network; is the broker running?"
            );
        }
        finally
        {
            setup?.Dispose();
        }
    }

    /// <summary>What works, and should not be left so: secrets that others on this machine can read, or that cross the network in the clear.</summary>
    private CheckResult? Exposed(MqttOptions options)
    {
        foreach (
            (string key, string? file) in new[]
            {
                ("Mqtt:PasswordFile", options.PasswordFile),
                ("Mqtt:Tls:KeyFile", options.Tls.KeyFile),
                ("Mqtt:Tls:KeyPasswordFile", options.Tls.KeyPasswordFile),
            }
        )
        {
            if (file is not null && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & UnixFileMode.OtherRead) != 0)
            {
                return new CheckResult(
                    Name,
                    CheckOutcome.Warning,
                    $"The broker {options.Broker} accepts this device, but {key} ({file}) can be read by every user of this machine.",
                    $"chmod o-r {file}"
                );
            }
        }

        bool local = options.Host is "localhost" or "127.0.0.1" or "::1";
        return options.UserName is null || options.Tls.Enabled || local
            ? null
            : new CheckResult(
                Name,
                CheckOutcome.Warning,
                $"The broker {options.Broker} accepts this device, but its password crosses the network in the clear.",
                "Set Mqtt:Tls:Enabled, and Mqtt:Tls:CaFile if the broker's authority is your own."
            );
    }
}
