using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Core;
using RNNPool.Edge.Health.Systemd;
using RNNPool.Edge.Host;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Settings;

/// <summary>
/// Every key with wrong types, unknown names and extreme values. At a start only a validation failure may come out, and a running device
/// keeps its settings, logs the reason, and never throws.
/// </summary>
public sealed class SettingsFuzzTests : IDisposable
{
    private const int Refused = 1952;

    private readonly string _file = Path.GetTempFileName();

    public static TheoryData<string> Keys => [.. DeviceHost.Settings.Schema.Keys.Keys];

    public void Dispose() => File.Delete(_file);

    [Theory]
    [MemberData(nameof(Keys))]
    public void At_start_a_wrong_value_is_a_failure_of_validation(string pattern)
    {
        foreach (string? text in WrongValues.Texts)
            WrongValues.AssertFailsCleanly(new SettingSources(null, [new(WrongValues.Key(pattern), text)], SystemFile: false, SetUp: true));
        foreach (string json in WrongValues.Json)
        {
            Write(pattern, json);
            WrongValues.AssertFailsCleanly(new SettingSources(_file, [], SystemFile: false, SetUp: true));
        }
    }

    [Theory]
    [InlineData("""{"Logging":{"LogLevel":{"Default":"Verbose"}}}""")]
    [InlineData("""{"Presence":{"Nothing":1}}""")]
    [InlineData("""{"Presence":{"Zones":[null]}}""")]
    [InlineData("""{"Health":{"MaxFrameAge":"never"}}""")]
    [InlineData("""{"Health":{"MaxTemperature":1e400}}""")]
    [InlineData("""[]""")]
    [InlineData("""{"Presence":{"OffDelay":"00:00:01","OffDelay":"00:00:02"}}""")]
    [InlineData("\u0000\u0001")]
    public void A_running_device_keeps_its_settings(string text)
    {
        using Running device = Start();
        DeviceSettings before = device.Settings;

        device.Apply(text);

        Assert.Same(before, device.Settings);
        Assert.Contains(Refused, device.Log.Events);
    }

    [Fact]
    public void A_running_device_survives_every_wrong_value_of_every_key()
    {
        using Running device = Start();
        foreach (string pattern in DeviceHost.Settings.Schema.Keys.Keys)
        {
            foreach (string json in (string[])["\"Verbose\"", "\"99999.00:00:00\"", "1e400", "[[{}]]", "{\"a\":{\"b\":1}}"])
            {
                Write(pattern, json);
                device.Reload();
            }
        }

        device.Apply("""{"Health":{"MaxFrameAge":"00:00:33"}}""");
        Assert.Equal("00:00:33", device.Settings.Values["Health:MaxFrameAge"].Value);
    }

    [Fact]
    public void A_file_that_cannot_be_read_changes_nothing()
    {
        using Running device = Start();
        DeviceSettings before = device.Settings;
        File.Delete(_file);
        Directory.CreateDirectory(_file);
        try
        {
            device.Reload();
        }
        finally
        {
            Directory.Delete(_file);
        }

        Assert.Same(before, device.Settings);
        Assert.Contains(Refused, device.Log.Events);
    }

    private void Write(string pattern, string json)
    {
        string[] segments = pattern.Split(':');
        string text = json;
        foreach (string segment in segments.Reverse())
            text = segment == "*" ? $"[{text}]" : $"{{{JsonValue.Create(WrongValues.Key(segment))!.ToJsonString()}:{text}}}";
        File.WriteAllText(_file, text);
    }

    private Running Start()
    {
        File.WriteAllText(_file, """{"Health":{"MaxFrameAge":"00:00:22"}}""");
        WebApplicationBuilder builder = DeviceHost.CreateBuilder(
            DeviceHost.Settings.Load(new SettingSources(_file, [], SystemFile: false, SetUp: true))
        );
        builder.Logging.ClearProviders();
        return new Running(builder.BuildDevice(), _file);
    }

    private sealed class Running : IDisposable
    {
        private readonly WebApplication _app;
        private readonly string _file;
        private readonly SettingsReload _reload;
        private readonly DeviceSettingsProvider _provider;

        public Running(WebApplication app, string file)
        {
            _app = app;
            _file = file;
            _provider = app.Services.GetRequiredService<DeviceSettingsProvider>();
            _reload = new SettingsReload(
                _provider,
                new DeviceComposer(),
                new ServiceManager(new SystemdNotifier()),
                new FakeTimeProvider(),
                Log
            );
            _ = app.Services.GetRequiredService<ILive<RNNPool.Edge.Health.HealthOptions>>();
        }

        public RecordingLogger<SettingsReload> Log { get; } = new();

        public DeviceSettings Settings => _provider.Settings;

        public void Apply(string text)
        {
            File.WriteAllText(_file, text);
            Reload();
        }

        public void Reload() => _reload.Reload();

        public void Dispose()
        {
            _reload.Dispose();
            ((IDisposable)_app).Dispose();
        }
    }
}
