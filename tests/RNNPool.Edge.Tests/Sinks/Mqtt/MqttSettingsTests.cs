using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Core;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Web.Stream;

namespace RNNPool.Edge.Tests.Sinks.Mqtt;

/// <summary>Ranges of the settings, the health without a broker, and the broker check of <c>doctor</c>.</summary>
public sealed class MqttSettingsTests(Certificates certificates) : IClassFixture<Certificates>, IAsyncDisposable
{
    private readonly MqttFixture _mqtt = new();

    public ValueTask DisposeAsync() => _mqtt.DisposeAsync();

    [Theory]
    [InlineData(0, "7.00:00:00", 640, "00:00:30", "Mqtt:Outbox:MaxEvents|0|1|100000")]
    [InlineData(100_001, "7.00:00:00", 640, "00:00:30", "Mqtt:Outbox:MaxEvents|100001|1|100000")]
    [InlineData(1, "00:00:59", 640, "00:00:30", "Mqtt:Outbox:MaxAge|00:00:59|00:01:00|365.00:00:00")]
    [InlineData(1, "7.00:00:00", 15, "00:00:30", "Mqtt:SnapshotWidth|15|16|4096")]
    [InlineData(1, "7.00:00:00", 16, "00:00:04", "Mqtt:ReportInterval|00:00:04|00:00:05|01:00:00")]
    public void Values_out_of_range_are_told(int events, string age, int width, string interval, string names)
    {
        var options = new MqttOptions
        {
            Outbox = { MaxEvents = events, MaxAge = TimeSpan.Parse(age, System.Globalization.CultureInfo.InvariantCulture) },
            SnapshotWidth = width,
            ReportInterval = TimeSpan.Parse(interval, System.Globalization.CultureInfo.InvariantCulture),
        };

        Sentence.AssertNames(Assert.Single(new MqttOptionsValidator().Validate(null, options).Failures!), names);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_broker_that_is_away_is_a_degradation_unless_it_is_required(bool required)
    {
        MqttTestDevice device = await _mqtt.OpenAsync(1);
        await Support.Wait.UntilAsync(() => device.Status.LastError is not null, "it is away");
        var health = new MqttHealth(device.Link, Options.Create(new MqttOptions { Required = required }));

        Assert.Contains("127.0.0.1:1", required ? health.Failure : health.Degradation, StringComparison.Ordinal);
        Assert.Null(required ? health.Degradation : health.Failure);
    }

    [Fact]
    public async Task A_broker_that_is_there_is_no_degradation()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        MqttTestDevice device = await _mqtt.ConnectAsync(broker);
        var health = new MqttHealth(device.Link, Options.Create(new MqttOptions()));

        Assert.Null(health.Degradation);
        Assert.Null(health.Failure);
    }

    [Fact]
    public async Task Doctor_accepts_a_broker_with_tls_and_names_what_is_wrong_with_another()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync(certificates.Listener("broker"));

        CheckResult good = await DoctorAsync(
            new MqttOptions
            {
                Host = "127.0.0.1",
                Port = broker.Port,
                Tls = { Enabled = true, CaFile = certificates.File("ca.pem") },
            }
        );
        CheckResult bad = await DoctorAsync(
            new MqttOptions
            {
                Host = "127.0.0.1",
                Port = broker.Port,
                Tls = { Enabled = true, CaFile = certificates.File("other-ca.pem") },
            }
        );

        Assert.Equal(CheckOutcome.Ok, good.Outcome);
        Assert.Equal(CheckOutcome.Failed, bad.Outcome);
        Assert.Contains("CN=Home CA", bad.Finding, StringComparison.Ordinal);
        Assert.Contains($"Mqtt:Tls:CaFile ({certificates.File("other-ca.pem")})", bad.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_warns_of_a_password_file_that_everybody_can_read()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        string file = Path.Combine(_mqtt.Folder, "password");
        await File.WriteAllTextAsync(file, "geheim", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        CheckResult result = await DoctorAsync(
            new MqttOptions
            {
                Host = "127.0.0.1",
                Port = broker.Port,
                UserName = "door",
                PasswordFile = file,
            }
        );

        Assert.Equal((CheckOutcome.Warning, $"chmod o-r {file}"), (result.Outcome, result.Fix));
        Assert.DoesNotContain("geheim", result.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_does_not_wait_for_a_silent_broker_for_ever()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        CheckResult result = await DoctorAsync(
            new MqttOptions
            {
                Host = "127.0.0.1",
                Port = ((IPEndPoint)silent.LocalEndpoint).Port,
                Timeout = TimeSpan.FromSeconds(1),
            }
        );

        Assert.Equal(CheckOutcome.Failed, result.Outcome);
        Assert.Contains($":{((IPEndPoint)silent.LocalEndpoint).Port}", result.Finding, StringComparison.Ordinal);
    }

    private static Task<CheckResult> DoctorAsync(MqttOptions options) =>
        new BrokerCheck(Options.Create(options)).RunAsync(TestContext.Current.CancellationToken);
}
