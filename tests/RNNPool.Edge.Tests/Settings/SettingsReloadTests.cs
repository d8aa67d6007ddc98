using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Core;
using RNNPool.Edge.Health;
using RNNPool.Edge.Health.Systemd;
using RNNPool.Edge.Host;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Cli;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Settings;

public sealed class SettingsReloadTests : IDisposable
{
    private const int ApplyNow = 1950,
        ApplyLater = 1951,
        Refused = 1952,
        Unchanged = 1953;

    private readonly string _file = Path.GetTempFileName();
    private readonly FakeTimeProvider _time = new(Samples.Noon);
    private readonly RecordingLogger<SettingsReload> _log = new();
    private WebApplication? _app;
    private SettingsReload? _reload;

    public void Dispose()
    {
        _reload?.Dispose();
        (_app as IDisposable)?.Dispose();
        File.Delete(_file);
    }

    [Fact]
    public async Task What_is_live_applies_at_once_and_the_rest_after_a_restart()
    {
        await StartAsync("""{ "Camera": { "Source": "synthetic:" }, "Health": { "MaxFrameAge": "00:00:20" } }""");
        PresenceOptions before = Live.Current;

        await WriteAsync(
            """
            { "Camera": { "Source": "synthetic:?rate=3" },
              "Health": { "MaxFrameAge": "00:00:30" },
              "Mqtt": { "Host": "broker" },
              "Journal": { "MaxAge": "01:00:00" },
              "Presence": { "EnterThreshold": 0.7, "Zones": [ { "Name": "yard", "Polygon": "0,0 1,0 1,1" } ] } }
            """
        );

        Assert.Equal(TimeSpan.FromSeconds(30), Value<HealthOptions>().MaxFrameAge);
        Assert.Equal(TimeSpan.FromHours(1), Value<JournalOptions>().MaxAge);
        Assert.Equal(0.7f, Live.Current.EnterThreshold);
        Assert.Equal("yard", Assert.Single(Live.Current.Zones).Name);
        Assert.NotSame(before, Live.Current);
        Assert.Null(Value<MqttOptions>().Host);
        Assert.Equal(
            "Health:MaxFrameAge, Journal:MaxAge, Presence:EnterThreshold, Presence:Zones:0:Name, Presence:Zones:0:Polygon",
            Assert.Single(_log.WithId(ApplyNow)).Values["Keys"]
        );
        Assert.Equal("Camera:Source, Mqtt:Host", Assert.Single(_log.WithId(ApplyLater)).Values["Keys"]);
    }

    [Fact]
    public async Task A_new_camera_waits_for_the_restart_with_its_live_settings_too()
    {
        await StartAsync("""{ "Camera": { "Source": "synthetic:", "Name": "door" }, "Cameras": { "yard": { "Source": "synthetic:" } } }""");

        await WriteAsync(
            """
            { "Camera": { "Source": "synthetic:", "Name": "door" },
              "Cameras": {
                "yard": { "Source": "synthetic:", "EnterThreshold": 0.7 },
                "garden": { "Source": "synthetic:", "Zones": [ { "Name": "lawn", "Polygon": "0,0 1,0 1,1" } ] } } }
            """
        );

        Assert.Equal("Cameras:yard:EnterThreshold", Assert.Single(_log.WithId(ApplyNow)).Values["Keys"]);
        Assert.Equal(
            "Cameras:garden:Source, Cameras:garden:Zones:0:Name, Cameras:garden:Zones:0:Polygon",
            Assert.Single(_log.WithId(ApplyLater)).Values["Keys"]
        );
        CameraSettings settings = _app!.Services.GetRequiredService<CameraSettings>();
        Assert.Empty(settings.All);
        Assert.Equal(0.7f, settings.Presence("yard").Current.EnterThreshold);
    }

    [Fact]
    public async Task Settings_that_did_not_change_stay_the_same_object()
    {
        await StartAsync("""{ "Camera": { "Source": "synthetic:" } }""");
        PresenceOptions before = Live.Current;

        await WriteAsync("""{ "Camera": { "Source": "synthetic:" }, "Health": { "MaxFrameAge": "00:00:30" } }""");

        Assert.Same(before, Live.Current);
    }

    [Theory]
    [InlineData("""{ "Health": { "MaxFrameAge": "00:00:30" """, "1")]
    [InlineData(
        """{ "Camera": { "Source": "synthetic:" }, "Health": { "MaxFrameAges": "00:00:30" } }""",
        "Health:MaxFrameAges|Health:MaxFrameAge"
    )]
    [InlineData(
        """{ "Camera": { "Source": "synthetic:" }, "Health": { "MaxFrameAge": "10:00:00" } }""",
        "Health:MaxFrameAge|10:00:00|00:00:01|01:00:00"
    )]
    [InlineData(
        """{ "Camera": { "Source": "synthetic:" }, "Presence": { "Zones": [ { "Name": "yard", "Polygon": "0,0" } ] } }""",
        "Presence:Zones:0:Polygon"
    )]
    public async Task A_bad_file_changes_nothing_until_it_is_right(string text, string names)
    {
        await StartAsync("""{ "Camera": { "Source": "synthetic:" }, "Health": { "MaxFrameAge": "00:00:20" } }""");

        await WriteAsync(text);
        LoggedEvent refused = Assert.Single(_log.Logged);
        Assert.Equal(Refused, refused.Id);
        Sentence.AssertNames((string?)refused.Values["Reason"], names);
        Assert.Equal(TimeSpan.FromSeconds(20), Value<HealthOptions>().MaxFrameAge);

        await WriteAsync("""{ "Camera": { "Source": "synthetic:" }, "Health": { "MaxFrameAge": "00:00:25" } }""");
        Assert.Equal(TimeSpan.FromSeconds(25), Value<HealthOptions>().MaxFrameAge);
    }

    [Fact]
    public async Task A_file_that_is_still_being_written_is_not_read()
    {
        await StartAsync("""{ "Camera": { "Source": "synthetic:" } }""");
        for (int i = 0; i < 5; i++)
        {
            File.AppendAllText(_file, " ");
            _time.Advance(SettingsReload.Interval);
        }

        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task A_hang_up_signal_reads_the_settings_again()
    {
        File.WriteAllText(_file, """{ "Camera": { "Source": "synthetic:" } }""");
        using CommandLine device = CommandLine.Start("run", "--config", _file, "--port", "0");
        await device.AddressAsync();

        device.Signal(CommandLine.HangUp);
        await Wait.UntilAsync(() => device.Logged(Unchanged).Length > 0, "read again", () => [device.Output]);
        File.WriteAllText(_file, """{ "Camera": { "Source": "synthetic:" }, "Logging": { "LogLevel": { "Default": "Debug" } } }""");
        await Wait.UntilAsync(
            () => device.Logged(ApplyNow).Any(line => line.Contains("Logging:LogLevel:Default", StringComparison.Ordinal)),
            "the change",
            () => [device.Output]
        );

        device.Signal(CommandLine.Terminate);
        Assert.Equal(0, await device.ExitAsync());
    }

    private ILive<PresenceOptions> Live => _app!.Services.GetRequiredService<ILive<PresenceOptions>>();

    private T Value<T>()
        where T : class => _app!.Services.GetRequiredService<IOptionsMonitor<T>>().CurrentValue;

    private async Task StartAsync(string text)
    {
        File.WriteAllText(_file, text);
        WebApplicationBuilder builder = DeviceHost.CreateBuilder(
            DeviceHost.Settings.Load(new SettingSources(_file, [], SystemFile: false))
        );
        builder.Logging.ClearProviders();
        _app = builder.BuildDevice();
        _ = Live;
        _reload = new SettingsReload(
            _app.Services.GetRequiredService<DeviceSettingsProvider>(),
            new DeviceComposer(),
            new ServiceManager(new SystemdNotifier()),
            _time,
            _log
        );
        await _reload.StartAsync(TestContext.Current.CancellationToken);
    }

    private async Task WriteAsync(string text)
    {
        int before = _log.Lines.Count;
        File.WriteAllText(_file, text);
        _time.Advance(SettingsReload.Interval);
        _time.Advance(SettingsReload.Interval);
        await Wait.UntilAsync(() => _log.Lines.Count > before, "the file was read");
    }
}
