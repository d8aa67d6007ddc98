using Microsoft.Extensions.Options;
using MQTTnet;
using RNNPool.Edge.Core;
using RNNPool.Edge.Sinks.Mqtt.Connection;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>Connects to the MQTT broker with a client id of its own, so that a running device stays connected.</summary>
internal sealed class BrokerCheck(IOptions<MqttOptions> settings) : IDoctorCheck
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(5);

    public string Name => "broker";

    public async Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        MqttOptions options = settings.Value;
        if (string.IsNullOrEmpty(options.Host))
        {
            return new CheckResult(Name, CheckOutcome.Off, "No MQTT broker is configured.", "To publish events, set Mqtt:Host.");
        }

        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        BrokerClientOptions? setup = null;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.Timeout < LongestTimeout ? options.Timeout : LongestTimeout);
        try
        {
            setup = BrokerClientOptions.Create(
                options,
                $"rnnpool-edge-doctor-{Guid.NewGuid():N}"[..32],
                willTopic: null,
                TimeProvider.System
            );
            BrokerAnswer answer = await BrokerNegotiation
                .ConnectAsync(client, setup, BrokerTerms.Best, timeout.Token)
                .ConfigureAwait(false);
            MqttClientConnectResult result = answer.Result;
            if (result.ResultCode != MqttClientConnectResultCode.Success)
            {
                string reason = ConnectionFailure.Describe(result.ResultCode, options);
                return Failed($"The broker {options.Broker} refused: {reason}", "Check Mqtt:UserName and its password.");
            }

            await client.DisconnectAsync(new MqttClientDisconnectOptions(), cancellationToken).ConfigureAwait(false);
            string tls = options.Tls.Enabled ? " over TLS" : "";
            return FindExposure(options)
                ?? FindRestriction(options, answer.Terms)
                ?? new CheckResult(
                    Name,
                    CheckOutcome.Ok,
                    $"The broker {options.Broker} accepts this device by MQTT {answer.Terms.VersionText}{tls}."
                );
        }
        catch (BrokerSetupException exception)
        {
            return Failed(exception.Message, "Correct the file or the setting.");
        }
#pragma warning disable CA1031 // MQTTnet throws many types while connecting; each of them is a finding.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            string reason = timeout.IsCancellationRequested ? "no answer in time." : ConnectionFailure.Describe(exception, options, setup);
            return Failed(
                $"The broker {options.Broker} cannot be used: {reason}",
                "Check Mqtt:Host, Mqtt:Port, Mqtt:Tls and the network; is the broker running?"
            );
        }
        finally
        {
            setup?.Dispose();
        }
    }

    private CheckResult? FindRestriction(MqttOptions options, BrokerTerms terms)
    {
        string? restriction =
            !terms.Retains ? "does not retain messages, so that subscribers receive a state only when it is published"
            : !terms.Acknowledges ? "supports QoS 0 only, so that an event can be lost with the connection"
            : null;
        return restriction is null
            ? null
            : new CheckResult(
                Name,
                CheckOutcome.Warning,
                $"The broker {options.Broker} accepts this device by MQTT {terms.VersionText}, but it {restriction}.",
                "Allow it in the settings of the broker."
            );
    }

    /// <summary>Finds secrets that other users of this machine can read, or that cross the network unencrypted.</summary>
    private CheckResult? FindExposure(MqttOptions options)
    {
        (string Key, string? File)[] secrets =
        [
            ("Mqtt:PasswordFile", options.PasswordFile),
            ("Mqtt:Tls:KeyFile", options.Tls.KeyFile),
            ("Mqtt:Tls:KeyPasswordFile", options.Tls.KeyPasswordFile),
        ];
        foreach ((string key, string? file) in secrets)
        {
            if (file is null || OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & UnixFileMode.OtherRead) == 0)
                continue;
            string finding = $"The broker {options.Broker} accepts this device, but every user of this machine can read {key} ({file}).";
            return new CheckResult(Name, CheckOutcome.Warning, finding, $"chmod o-r {file}");
        }

        bool local = options.Host is "localhost" or "127.0.0.1" or "::1";
        return options.UserName is null || options.Tls.Enabled || local
            ? null
            : new CheckResult(
                Name,
                CheckOutcome.Warning,
                $"The broker {options.Broker} accepts this device, but the password crosses the network unencrypted.",
                "Set Mqtt:Tls:Enabled, and Mqtt:Tls:CaFile if you use an authority of your own."
            );
    }

    private CheckResult Failed(string finding, string fix) => new(Name, CheckOutcome.Failed, finding, fix);
}
