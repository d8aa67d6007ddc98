using Microsoft.Extensions.Options;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Stream;

namespace RNNPool.Edge.Tests.Sinks.Mqtt;

/// <summary>TLS against a real mosquitto with certificates of the openssl program.</summary>
public sealed class MqttTlsTests(Certificates certificates) : IClassFixture<Certificates>, IAsyncDisposable
{
    private readonly MqttFixture _mqtt = new();

    public ValueTask DisposeAsync() => _mqtt.DisposeAsync();

    [Fact]
    public async Task A_broker_signed_by_the_named_authority_is_trusted()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync(certificates.Listener("broker"));

        MqttTestDevice sink = await _mqtt.ConnectAsync(broker, Trust("ca.pem"));

        Assert.True(sink.Status.Tls);
        Assert.Equal("client-0123456789ab", _mqtt.Log.WithId(1300)[0].Values["ClientId"]);
    }

    [Fact]
    public async Task Another_authority_gives_the_sentence_that_names_the_file()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync(certificates.Listener("broker"));

        string reason = await _mqtt.RefusedAsync(broker, Trust("other-ca.pem"));

        Assert.Contains("CN=Home CA", reason, StringComparison.Ordinal);
        Assert.Contains($"Mqtt:Tls:CaFile ({certificates.File("other-ca.pem")})", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_file_the_system_decides()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync(certificates.Listener("broker"));

        string reason = await _mqtt.RefusedAsync(broker, options => options.Tls = new MqttTlsOptions { Enabled = true });

        Sentence.AssertNames(reason, "CN=Home CA|Mqtt:Tls:CaFile");
    }

    [Fact]
    public async Task An_expired_certificate_gives_the_day_and_the_clock()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync(certificates.Listener("expired"));

        string reason = await _mqtt.RefusedAsync(broker, Trust("ca.pem"));

        Assert.Matches(@"20..-..-.. ..:..\D.*20..-..-.. ..:..\.$", reason);
    }

    [Fact]
    public async Task A_certificate_for_another_name_says_which()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync(certificates.Listener("elsewhere"));

        string reason = await _mqtt.RefusedAsync(broker, Trust("ca.pem"));

        Sentence.AssertNames(reason, "elsewhere.example|127.0.0.1|Mqtt:Host|Mqtt:Tls:ServerName");
    }

    [Fact]
    public async Task The_name_to_expect_can_be_set()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync(certificates.Listener("elsewhere"));

        await _mqtt.ConnectAsync(broker, Trust("ca.pem", tls => tls.ServerName = "elsewhere.example"));
    }

    [Theory]
    [InlineData("device.pem", "device.key", null)]
    [InlineData("device.pem", "encrypted.key", Certificates.KeyPassword)]
    [InlineData("device.pfx", null, Certificates.KeyPassword)]
    [InlineData("branch-chain.pem", "branch.key", null)]
    [InlineData("branch.pfx", null, Certificates.KeyPassword)]
    public async Task A_broker_that_asks_for_a_certificate_gets_it(string certificate, string? key, string? password)
    {
        await using Mosquitto broker = await Mosquitto.StartAsync(certificates.Listener("broker", askClients: true));

        await _mqtt.ConnectAsync(
            broker,
            Trust("ca.pem", tls =>
                (tls.CertificateFile, tls.KeyFile, tls.KeyPassword) = (
                    certificates.File(certificate),
                    key is null ? null : certificates.File(key),
                    password
                )
            )
        );

        Assert.DoesNotContain(_mqtt.Log.Lines, line => line.Contains(Certificates.KeyPassword, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broker_that_asks_for_a_certificate_and_gets_none_gives_the_setting()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync(certificates.Listener("broker", askClients: true));

        string reason = await _mqtt.RefusedAsync(broker, Trust("ca.pem"));

        Assert.Contains("Mqtt:Tls:CertificateFile", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_a_stranger_is_named()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync(certificates.Listener("broker", askClients: true));

        string reason = await _mqtt.RefusedAsync(
            broker,
            Trust("ca.pem", tls =>
                (tls.CertificateFile, tls.KeyFile) = (certificates.File("stranger.pem"), certificates.File("stranger.key"))
            )
        );

        Assert.Contains($"Mqtt:Tls:CertificateFile ({certificates.File("stranger.pem")})", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("branch", "CN=inter")]
    [InlineData("late", "expired")]
    [InlineData("servers-only", "clientAuth")]
    public async Task A_certificate_that_the_broker_rejects_gives_the_reason(string certificate, string reason)
    {
        await using Mosquitto broker = await Mosquitto.StartAsync(certificates.Listener("broker", askClients: true));

        string refusal = await _mqtt.RefusedAsync(
            broker,
            Trust("ca.pem", tls =>
                (tls.CertificateFile, tls.KeyFile) = (certificates.File(certificate + ".pem"), certificates.File(certificate + ".key"))
            )
        );

        Sentence.AssertNames(refusal, $"Mqtt:Tls:CertificateFile|{reason}");
    }

    [Theory]
    [InlineData("clients-only", "serverAuth")]
    [InlineData("dns-address", "subjectAltName=IP:127.0.0.1")]
    [InlineData("no-names", "subjectAltName=IP:127.0.0.1")]
    [InlineData("branch-broker", "CN=inter")]
    public async Task A_certificate_of_the_broker_that_does_not_fit_gives_the_reason(string certificate, string reason)
    {
        await using Mosquitto broker = await Mosquitto.StartAsync(certificates.Listener(certificate));

        string refusal = await _mqtt.RefusedAsync(broker, Trust("ca.pem"));

        Sentence.AssertNames(refusal, reason);
        Assert.DoesNotContain("for 127.0.0.1, not for 127.0.0.1", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plain_broker_is_not_mistaken_for_a_broken_certificate()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();

        string reason = await _mqtt.RefusedAsync(broker, Trust("ca.pem"));

        Assert.Contains("(Mqtt:Port)", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_wants_tls_and_gets_none_is_understood()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync(certificates.Listener("broker"));

        string reason = await _mqtt.RefusedAsync(broker);

        Assert.Contains("Mqtt:Tls:Enabled", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_renewed_authority_is_used_without_a_restart()
    {
        string file = certificates.File($"{Guid.NewGuid():N}.pem");
        File.Copy(certificates.File("other-ca.pem"), file);
        await using Mosquitto broker = await Mosquitto.StartAsync(certificates.Listener("broker"));
        MqttTestDevice sink = await _mqtt.OpenAsync(broker, Trust(Path.GetFileName(file)));
        await Wait.UntilAsync(() => sink.Status.LastError is not null, "the refusal");

        File.Copy(certificates.File("ca.pem"), file, overwrite: true);

        await Wait.UntilAsync(() => sink.Status.Connected, "trust in the new authority", () => _mqtt.Log.Lines);
    }

    [Theory]
    [InlineData("no-such.pem", null, null, null, "Mqtt:Tls:CaFile (|no-such.pem")]
    [InlineData("ca.key", null, null, null, "Mqtt:Tls:CaFile (|ca.key|-----BEGIN CERTIFICATE-----")]
    [InlineData("ca.pem", "no-such.pem", null, null, "Mqtt:Tls:CertificateFile (|no-such.pem")]
    [InlineData("ca.pem", "device.pem", "no-such.key", null, "Mqtt:Tls:CertificateFile (")]
    [InlineData("ca.pem", "device.pem", "stranger.key", null, "Mqtt:Tls:KeyFile (|stranger.key")]
    [InlineData("ca.pem", "device.pem", "encrypted.key", null, "encrypted.key|Mqtt:Tls:KeyPasswordFile")]
    [InlineData("ca.pem", "device.pem", "encrypted.key", "wrong-4711", "encrypted.key|Mqtt:Tls")]
    [InlineData("ca.pem", "device.pem", "legacy.key", Certificates.KeyPassword, "legacy.key|openssl pkcs8")]
    [InlineData("ca.pem", "device.pfx", null, "wrong-4711", "device.pfx|PKCS #12|Mqtt:Tls")]
    [InlineData("ca.pem", "device.pfx", null, null, "device.pfx|Mqtt:Tls:KeyPasswordFile")]
    [InlineData("ca.pem", "late.pem", "late.key", null, "Mqtt:Tls:CertificateFile (|late.pem|expired")]
    public void Files_that_are_missing_or_wrong_are_named_by_the_check(
        string authority,
        string? certificate,
        string? key,
        string? password,
        string names
    )
    {
        var options = new MqttOptions { Host = "localhost" };
        Trust(authority, tls => (tls.CertificateFile, tls.KeyFile, tls.KeyPassword) = (Path(certificate), Path(key), password))(options);

        string sentence = Assert.Single(new MqttFileCheck(Options.Create(options), TimeProvider.System).FindProblems());

        Sentence.AssertNames(sentence, names);
        Assert.DoesNotContain("4711", sentence, StringComparison.Ordinal);

        string? Path(string? name) => name is null ? null : certificates.File(name);
    }

    [Fact]
    public void With_tls_the_usual_port_is_another()
    {
        Assert.Equal(1883, new MqttOptions().EffectivePort);
        Assert.Equal(8883, new MqttOptions { Tls = { Enabled = true } }.EffectivePort);
        Assert.Equal(1884, new MqttOptions { Port = 1884, Tls = { Enabled = true } }.EffectivePort);
    }

    private Action<MqttOptions> Trust(string authority, Action<MqttTlsOptions>? more = null) =>
        options =>
        {
            options.Tls = new MqttTlsOptions { Enabled = true, CaFile = certificates.File(authority) };
            more?.Invoke(options.Tls);
        };
}
