using System.Diagnostics;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Sinks.Mqtt.Connection;
using RNNPool.Edge.Testing;

namespace RNNPool.Edge.Tests.Sinks.Mqtt;

/// <summary>Names and passwords, from where they may come, against a real broker.</summary>
[Collection(nameof(MqttCredentialsTests))]
public sealed class MqttCredentialsTests : IAsyncDisposable
{
    private const string Password = "correct horse 4711";

    private readonly MqttFixture _mqtt = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("credentials-").FullName;

    public async ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable("CREDENTIALS_DIRECTORY", null);
        await _mqtt.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_password_of_the_configuration_lets_in()
    {
        await using Mosquitto broker = await StartAsync();

        await _mqtt.ConnectAsync(broker, options => (options.UserName, options.Password) = ("door", Password));

        Assert.DoesNotContain(_mqtt.Log.Lines, line => line.Contains("4711", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_password_file_lets_in_and_its_line_end_does_not_count()
    {
        await using Mosquitto broker = await StartAsync();
        string file = Write("password", Password + "\r\n");

        await _mqtt.ConnectAsync(broker, options => (options.UserName, options.PasswordFile) = ("door", file));
    }

    [Fact]
    public async Task A_systemd_credential_lets_in()
    {
        await using Mosquitto broker = await StartAsync();
        Write(BrokerSecrets.PasswordCredential, Password);
        Environment.SetEnvironmentVariable("CREDENTIALS_DIRECTORY", _folder);

        await _mqtt.ConnectAsync(broker, options => options.UserName = "door");
    }

    [Fact]
    public async Task A_wrong_password_gives_the_settings_and_never_the_password()
    {
        await using Mosquitto broker = await StartAsync();

        string reason = await _mqtt.RefusedAsync(broker, options => (options.UserName, options.Password) = ("door", "wrong 4712"));

        Sentence.AssertNames(reason, "Mqtt:UserName");
        Assert.DoesNotContain(_mqtt.Log.Lines, line => line.Contains("4712", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_missing_name_gives_the_settings()
    {
        await using Mosquitto broker = await StartAsync();

        Assert.Contains("Mqtt:PasswordFile", await _mqtt.RefusedAsync(broker), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_renewed_password_file_is_used_without_a_restart()
    {
        await using Mosquitto broker = await StartAsync();
        string file = Write("password", "old");
        MqttTestDevice sink = await _mqtt.OpenAsync(broker, options => (options.UserName, options.PasswordFile) = ("door", file));
        await Support.Wait.UntilAsync(() => sink.Status.LastError is not null, "the refusal");

        Write("password", Password);

        await Support.Wait.UntilAsync(() => sink.Status.Connected, "the new password", () => _mqtt.Log.Lines);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("\nsecond")]
    [InlineData("long")]
    [InlineData("binary")]
    public void A_password_file_without_a_password_is_named_by_the_check(string? content)
    {
        string file = Path.Combine(_folder, "password");
        if (content == "binary")
            File.WriteAllBytes(file, [0xFF, 0xFE, 0x80]);
        else if (content is not null)
            Write("password", content == "long" ? new string('x', 5000) : content);

        var options = new MqttOptions
        {
            Host = "localhost",
            UserName = "door",
            PasswordFile = file,
        };
        IEnumerable<string> problems = new MqttFileCheck(Options.Create(options), TimeProvider.System).FindProblems();

        Assert.StartsWith($"Mqtt:PasswordFile ({file}) ", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", "b", "c", "Mqtt:Password|Mqtt:PasswordFile")]
    [InlineData(null, "b", null, "Mqtt:Password|Mqtt:UserName")]
    [InlineData(null, null, "c", "Mqtt:PasswordFile|Mqtt:UserName")]
    public void Settings_that_contradict_each_other_are_named(string? user, string? password, string? file, string names)
    {
        var result = new MqttOptionsValidator().Validate(
            null,
            new MqttOptions
            {
                UserName = user,
                Password = password,
                PasswordFile = file,
            }
        );

        Sentence.AssertNames(Assert.Single(result.Failures!), names);
    }

    [Fact]
    public void Tls_settings_without_tls_are_named() =>
        Sentence.AssertNames(
            Assert.Single(new MqttOptionsValidator().Validate(null, new MqttOptions { Tls = { CaFile = "/x" } }).Failures!),
            "Mqtt:Tls:CaFile|Mqtt:Tls:Enabled"
        );

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private async Task<Mosquitto> StartAsync()
    {
        string file = Path.Combine(_folder, "users");
        using (
            Process process = Process.Start(
                new ProcessStartInfo("mosquitto_passwd", ["-c", "-b", file, "door", Password]) { RedirectStandardError = true }
            )!
        )
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, process.ExitCode);
        }

        return await Mosquitto.StartAsync($"allow_anonymous false\npassword_file {file}");
    }
}
