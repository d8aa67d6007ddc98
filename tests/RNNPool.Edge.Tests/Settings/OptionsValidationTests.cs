using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Events;
using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Health;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Engines;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Sinks.Gpio;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Presence;
using RNNPool.Edge.Web;

namespace RNNPool.Edge.Tests.Settings;

/// <summary>Every rule of every section: what is just allowed, and what is just not, with its sentence.</summary>
public sealed class OptionsValidationTests
{
    private static readonly CameraOptionsValidator Camera = new(
        CameraFactory.CreateDefault(TimeProvider.System, NullLoggerFactory.Instance)
    );

    [Fact]
    public void The_defaults_are_allowed()
    {
        Assert.True(Camera.Validate(null, new CameraOptions { Source = "synthetic:" }).Succeeded);
        Assert.True(new EventOptionsValidator().Validate(null, new EventOptions()).Succeeded);
        Assert.True(Gpio(_ => { }).Succeeded);
        Assert.True(new HealthOptionsValidator().Validate(null, new HealthOptions()).Succeeded);
        Assert.True(new ModelOptionsValidator().Validate(null, new ModelOptions()).Succeeded);
        Assert.True(new MqttOptionsValidator().Validate(null, new MqttOptions()).Succeeded);
        Assert.True(new WebOptionsValidator().Validate(null, new WebOptions()).Succeeded);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("vidoe0")]
    [InlineData("tape:x")]
    [InlineData("images:")]
    [InlineData("synthetic:?width=3")]
    [InlineData("images:/x?speed=3")]
    public void Camera_sources(string? source) => Refused(Camera.Validate(null, new CameraOptions { Source = source }), "Camera:Source");

    [Fact]
    public void Credentials_of_a_source_are_not_repeated()
    {
        ValidateOptionsResult result = Camera.Validate(null, new CameraOptions { Source = "rtps://user:secret@camera/stream" });

        Assert.True(result.Failed);
        Assert.DoesNotContain("secret", result.FailureMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5, true)]
    [InlineData(300, true)]
    [InlineData(0.4, false)]
    [InlineData(301, false)]
    public void Camera_frame_timeout(double seconds, bool allowed) =>
        Judge(
            Camera.Validate(null, Valid(options => options.StallTimeout = TimeSpan.FromSeconds(seconds))),
            allowed,
            "Camera:StallTimeout"
        );

    [Theory]
    [InlineData(0.1, true)]
    [InlineData(60, false)]
    [InlineData(0.05, false)]
    public void Camera_reopen_delay(double seconds, bool allowed) =>
        Judge(
            Camera.Validate(null, Valid(options => options.ReopenDelay = TimeSpan.FromSeconds(seconds))),
            allowed,
            seconds > 1 ? "Camera:MaxReopenDelay" : "Camera:ReopenDelay"
        );

    [Theory]
    [InlineData(30, true)]
    [InlineData(3600, true)]
    [InlineData(3601, false)]
    [InlineData(0.4, false)]
    public void Camera_longest_reopen_delay(double seconds, bool allowed) =>
        Judge(
            Camera.Validate(null, Valid(options => options.MaxReopenDelay = TimeSpan.FromSeconds(seconds))),
            allowed,
            "Camera:MaxReopenDelay"
        );

    [Theory]
    [InlineData("door", true)]
    [InlineData("", false)]
    [InlineData("a\nb", false)]
    public void Camera_name(string name, bool allowed) =>
        Judge(Camera.Validate(null, Valid(options => options.Name = name)), allowed, "Camera:Name");

    [Fact]
    public void Camera_name_has_a_longest() =>
        Refused(Camera.Validate(null, Valid(options => options.Name = new string('x', 65))), "Camera:Name");

    [Theory]
    [InlineData(1, true)]
    [InlineData(10000, true)]
    [InlineData(0, false)]
    [InlineData(10001, false)]
    public void Event_queue_and_history(int value, bool allowed)
    {
        var validator = new EventOptionsValidator();
        Judge(validator.Validate(null, new EventOptions { QueueLength = value }), allowed, "Events:QueueLength");
        Judge(validator.Validate(null, new EventOptions { History = value }), allowed, "Events:History");
    }

    [Theory]
    [InlineData("17", true)]
    [InlineData("J8:11", true)]
    [InlineData("pinctrl-rp1:GPIO17", true)]
    [InlineData("", false)]
    [InlineData("1024", false)]
    [InlineData("two words", false)]
    public void Gpio_pins(string pin, bool allowed)
    {
        Judge(Gpio(options => options.Outputs.Add(new GpioOutputOptions { Pin = pin })), allowed, "Gpio:Outputs:0:Pin");
        Judge(Gpio(options => options.Inputs.Add(new GpioInputOptions { Pin = pin })), allowed, "Gpio:Inputs:0:Pin");
    }

    [Theory]
    [InlineData("occupancy", true)]
    [InlineData("zone:porch", true)]
    [InlineData("label:face", true)]
    [InlineData("heartbeat", true)]
    [InlineData("error", true)]
    [InlineData("detection-on", true)]
    [InlineData("zone:", false)]
    [InlineData("occupancy:porch", false)]
    [InlineData("", false)]
    public void Gpio_sources(string source, bool allowed) =>
        Judge(
            Gpio(options => options.Outputs.Add(new GpioOutputOptions { Pin = "17", Source = source })),
            allowed,
            "Gpio:Outputs:0:Source"
        );

    [Fact]
    public void Gpio_zones_must_exist_and_pins_be_few()
    {
        Refused(Gpio(options => options.Outputs.Add(new GpioOutputOptions { Pin = "17", Source = "zone:yard" })), "Gpio:Outputs:0:Source");
        Refused(
            Gpio(options => options.Outputs = [.. Enumerable.Range(0, 33).Select(i => new GpioOutputOptions { Pin = $"{i}" })]),
            "Gpio:Outputs"
        );
    }

    [Theory]
    [InlineData(0.001, true)]
    [InlineData(3600, true)]
    [InlineData(0.0009, false)]
    [InlineData(3601, false)]
    public void Gpio_pulses(double seconds, bool allowed) =>
        Judge(
            Gpio(options => options.Outputs.Add(new GpioOutputOptions { Pin = "1", Duration = TimeSpan.FromSeconds(seconds) })),
            allowed,
            "Gpio:Outputs:0:Duration"
        );

    [Theory]
    [InlineData(0.02, true)]
    [InlineData(0.019, false)]
    [InlineData(3601, false)]
    public void Gpio_periods(double seconds, bool allowed) =>
        Judge(
            Gpio(options => options.Outputs.Add(new GpioOutputOptions { Pin = "1", Period = TimeSpan.FromSeconds(seconds) })),
            allowed,
            "Gpio:Outputs:0:Period"
        );

    [Theory]
    [InlineData(0, true)]
    [InlineData(10, true)]
    [InlineData(11, false)]
    [InlineData(-1, false)]
    public void Gpio_debouncing(double seconds, bool allowed) =>
        Judge(
            Gpio(options => options.Inputs.Add(new GpioInputOptions { Pin = "1", Debounce = TimeSpan.FromSeconds(seconds) })),
            allowed,
            "Gpio:Inputs:0:Debounce"
        );

    [Fact]
    public void Gpio_words_must_be_known()
    {
        Refused(
            Gpio(options => options.Outputs.Add(new GpioOutputOptions { Pin = "1", Pattern = (PinPatternKind)9 })),
            "Gpio:Outputs:0:Pattern"
        );
        Refused(Gpio(options => options.Outputs.Add(new GpioOutputOptions { Pin = "1", Drive = (PinDrive)9 })), "Gpio:Outputs:0:Drive");
        Refused(Gpio(options => options.Outputs.Add(new GpioOutputOptions { Pin = "1", Bias = (PinPull)9 })), "Gpio:Outputs:0:Bias");
        Refused(Gpio(options => options.Inputs.Add(new GpioInputOptions { Pin = "1", Pull = (PinPull)9 })), "Gpio:Inputs:0:Pull");
        Refused(
            Gpio(options => options.Inputs.Add(new GpioInputOptions { Pin = "1", Function = (PinFunction)9 })),
            "Gpio:Inputs:0:Function"
        );
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(3600, true)]
    [InlineData(0.9, false)]
    [InlineData(3601, false)]
    public void Health_ages(double seconds, bool allowed)
    {
        TimeSpan age = TimeSpan.FromSeconds(seconds);
        Judge(new HealthOptionsValidator().Validate(null, new HealthOptions { MaxFrameAge = age }), allowed, "Health:MaxFrameAge");
        Judge(new HealthOptionsValidator().Validate(null, new HealthOptions { MaxInferenceAge = age }), allowed, "Health:MaxInferenceAge");
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\0b")]
    public void Model_path(string path) =>
        Refused(new ModelOptionsValidator().Validate(null, new ModelOptions { Path = path }), "Model:Path");

    [Theory]
    [InlineData("broker.local", true)]
    [InlineData("192.168.1.4", true)]
    [InlineData("::1", true)]
    [InlineData("mqtt://broker", false)]
    [InlineData("broker:1883", false)]
    [InlineData("two words", false)]
    public void Mqtt_host(string host, bool allowed) => Judge(Mqtt(options => options.Host = host), allowed, "Mqtt:Host");

    [Theory]
    [InlineData(1, true)]
    [InlineData(65535, true)]
    [InlineData(0, false)]
    [InlineData(65536, false)]
    public void Mqtt_port(int port, bool allowed) => Judge(Mqtt(options => options.Port = port), allowed, "Mqtt:Port");

    [Theory]
    [InlineData("home/door", true)]
    [InlineData("a", true)]
    [InlineData("", false)]
    [InlineData("home/+", false)]
    [InlineData("home/#", false)]
    [InlineData("$SYS/x", false)]
    [InlineData("/home", false)]
    [InlineData("home/", false)]
    [InlineData("ho\0me", false)]
    public void Mqtt_topic_prefix(string prefix, bool allowed) =>
        Judge(Mqtt(options => options.TopicPrefix = prefix), allowed, "Mqtt:TopicPrefix");

    [Fact]
    public void Mqtt_texts_have_a_longest()
    {
        Refused(Mqtt(options => options.TopicPrefix = new string('x', 129)), "Mqtt:TopicPrefix");
        Refused(Mqtt(options => options.ClientId = new string('x', 65)), "Mqtt:ClientId");
        Refused(Mqtt(options => options.ClientId = ""), "Mqtt:ClientId");
        Refused(Mqtt(options => options.UserName = new string('x', 257)), "Mqtt:UserName");
    }

    [Fact]
    public void Mqtt_passwords_need_a_user_and_are_never_repeated()
    {
        Refused(Mqtt(options => options.Password = "secret"), "Mqtt:Password");
        string secret = new('s', 1025);
        ValidateOptionsResult result = Mqtt(options => (options.UserName, options.Password) = ("user", secret));
        Refused(result, "Mqtt:Password");
        Assert.DoesNotContain("sss", result.FailureMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(600, true)]
    [InlineData(4.9, false)]
    [InlineData(601, false)]
    public void Mqtt_keep_alive(double seconds, bool allowed) =>
        Judge(Mqtt(options => options.KeepAlive = TimeSpan.FromSeconds(seconds)), allowed, "Mqtt:KeepAlive");

    [Theory]
    [InlineData(1, true)]
    [InlineData(60, true)]
    [InlineData(0.5, false)]
    [InlineData(61, false)]
    public void Mqtt_timeout(double seconds, bool allowed) =>
        Judge(Mqtt(options => options.Timeout = TimeSpan.FromSeconds(seconds)), allowed, "Mqtt:Timeout");

    [Theory]
    [InlineData(0.1, true)]
    [InlineData(60, true)]
    [InlineData(0.05, false)]
    [InlineData(61, false)]
    public void Mqtt_reconnect_delay(double seconds, bool allowed) =>
        Judge(Mqtt(options => options.ReconnectDelay = TimeSpan.FromSeconds(seconds)), allowed, "Mqtt:ReconnectDelay");

    [Theory]
    [InlineData(1, true)]
    [InlineData(3600, true)]
    [InlineData(0.9, false)]
    [InlineData(3601, false)]
    public void Mqtt_longest_reconnect_delay(double seconds, bool allowed) =>
        Judge(Mqtt(options => options.MaxReconnectDelay = TimeSpan.FromSeconds(seconds)), allowed, "Mqtt:MaxReconnectDelay");

    [Theory]
    [InlineData(0, true)]
    [InlineData(65535, true)]
    [InlineData(-1, false)]
    [InlineData(65536, false)]
    public void Web_port(int port, bool allowed) =>
        Judge(new WebOptionsValidator().Validate(null, new WebOptions { Port = port }), allowed, "Web:Port");

    private static ValidateOptionsResult Gpio(Action<GpioOptions> change)
    {
        var options = new GpioOptions();
        change(options);
        var presence = new PresenceOptions { Zones = [new ZoneOptions { Name = "porch" }] };
        return new GpioOptionsValidator(Options.Create(presence)).Validate(null, options);
    }

    private static CameraOptions Valid(Action<CameraOptions> change)
    {
        var options = new CameraOptions { Source = "synthetic:" };
        change(options);
        return options;
    }

    private static ValidateOptionsResult Mqtt(Action<MqttOptions> change)
    {
        var options = new MqttOptions { Host = "broker" };
        change(options);
        return new MqttOptionsValidator().Validate(null, options);
    }

    /// <summary>Asserts that the value is allowed, or that a failure names its key.</summary>
    private static void Judge(ValidateOptionsResult result, bool allowed, string key)
    {
        if (allowed)
            Assert.True(result.Succeeded, result.FailureMessage);
        else
            Refused(result, key);
    }

    /// <summary>Asserts that a failure begins with a key.</summary>
    private static void Refused(ValidateOptionsResult result, string key)
    {
        Assert.True(result.Failed);
        Assert.Contains(result.Failures, failure => failure.StartsWith(key + " ", StringComparison.Ordinal));
    }
}
