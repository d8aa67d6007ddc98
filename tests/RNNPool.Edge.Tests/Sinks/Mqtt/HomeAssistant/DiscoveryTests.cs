using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Sinks.Mqtt.Commands;
using RNNPool.Edge.Sinks.Mqtt.HomeAssistant;
using RNNPool.Edge.Tests.Pipeline.Inference;
using RNNPool.Edge.Tests.Sinks.Mqtt;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Sinks.Mqtt.HomeAssistant;

/// <summary>The announcements, against Home Assistant's rules, in virtual time and without a broker.</summary>
public sealed partial class DiscoveryTests : IDisposable
{
    private const string DeviceTopic = "homeassistant/device/rnnpool_edge_0123456789ab/config";
    private const string CoprocessorTopic = "homeassistant/device/rnnpool_edge_0123456789ab_coprocessor/config";

    private readonly FakeTimeProvider _time = new(Samples.Noon);
    private readonly RetainedStates _states = new(new WorkSignal());
    private readonly MqttTopics _topics = new("test/door");
    private readonly RecordingLogger<DiscoveryService> _log = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("discovery-").FullName;
    private readonly StaticLive<PresenceOptions> _presence = new(new PresenceOptions());
    private readonly StaticLive<DeviceOptions> _device = new(new DeviceOptions());
    private readonly ControlsFixture _controls = new(TimeProvider.System);
    private readonly FakeDetector _detector = new();
    private readonly PageAddress _page = new();
    private HomeAssistantOptions _options = new();
    private string _name = "Front door";
    private FakeCoprocessor? _coprocessor;
    private FakeZones? _zones;

    public void Dispose()
    {
        _controls.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void The_device_obeys_the_rules_and_has_its_entities()
    {
        using DiscoveryService service = Open();

        var components = Published(DeviceTopic);
        Assert.Equal(
            [
                "count",
                "detection",
                "frame_rate",
                "frames",
                "model_version",
                "occupancy",
                "presence",
                "privacy",
                "program_version",
                "restart",
                "threshold",
                "trigger_arrived",
                "trigger_left",
            ],
            components.Keys.Order(StringComparer.Ordinal)
        );
        Assert.Equal("binary_sensor.front_door_occupancy", components["occupancy"]["default_entity_id"].GetString());
        Assert.Equal("rnnpool_edge_0123456789ab_occupancy", components["occupancy"]["unique_id"].GetString());
        Assert.Equal("test/door/set/detection", components["detection"]["command_topic"].GetString());
        Assert.Equal(90, components["frame_rate"]["expire_after"].GetInt32());
        Assert.Equal("total_increasing", components["frames"]["state_class"].GetString());
        Assert.Equal(
            (0.05, 0.99, 0.01),
            (
                components["threshold"]["min"].GetDouble(),
                components["threshold"]["max"].GetDouble(),
                components["threshold"]["step"].GetDouble()
            )
        );
    }

    [Fact]
    public void Zones_labels_pictures_and_an_area_add_theirs()
    {
        _detector.Labels = ["face", "cat's \\ head"];
        _presence.Current = Zones("porch", "drive-way");
        _device.Current = new DeviceOptions { AllowImages = true };
        _options.Area = "Hall";

        using DiscoveryService service = Open();

        var components = Published(DeviceTopic);
        Assert.Equal(
            "{{ 'ON' if value_json.zoneCounts.get('drive-way', 0) > 0 else 'OFF' }}",
            components["zone_drive_way"]["value_template"].GetString()
        );
        Assert.Equal("{{ value_json.counts.get('cat\\'s \\\\ head', 0) }}", components["count_cat_s_head"]["value_template"].GetString());
        Assert.Contains("zone_porch_count", components.Keys);
        Assert.Equal("test/door/snapshot", components["snapshot"]["image_topic"].GetString());
        Assert.Contains("take_snapshot", components.Keys);
        Assert.Equal("test/door/picture", components["last_detection"]["image_topic"].GetString());
        Assert.Equal("test/door/picture_facts", components["last_detection_close_up"]["json_attributes_topic"].GetString());
    }

    [Fact]
    public void Each_name_has_an_entity_of_its_own_in_any_order()
    {
        string[] zones = ["front-door", "front_door", "porch_count", "porch", "-", "_"];
        _detector.Labels = ["猫", "犬", "café", "cafè", "cat", "Cat"];
        _presence.Current = Zones(zones);
        using DiscoveryService service = Open();
        var components = Published(DeviceTopic);

        Assert.Equal(2 * zones.Length, components.Keys.Count(key => key.StartsWith("zone_", StringComparison.Ordinal)));
        Assert.Equal(_detector.Labels.Count, components.Keys.Count(key => key.StartsWith("count_", StringComparison.Ordinal)));
        Assert.Equal("Zone front_door", components["zone_front_door"]["name"].GetString());
        Assert.Equal("Count in zone porch", components["zone_porch_count"]["name"].GetString());
        Assert.Equal("Count of cat", components["count_cat"]["name"].GetString());
        string[] ids =
        [
            .. components
                .Values.Where(options => options.ContainsKey("default_entity_id"))
                .Select(options => options["default_entity_id"].GetString()!),
        ];
        Assert.Equal(ids.Length, ids.Distinct().Count());

        _presence.Current = Zones([.. zones.Reverse()]);
        Assert.Equal(components.Keys.Order(StringComparer.Ordinal), Published(DeviceTopic).Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Front door", true)]
    [InlineData("Äußere Tür", false)]
    [InlineData("玄関", false)]
    [InlineData("---", false)]
    public void An_entity_id_is_suggested_only_if_home_assistant_would_make_the_same(string name, bool suggested)
    {
        _name = name;
        using DiscoveryService service = Open();

        Assert.All(Published(DeviceTopic).Values.Where(options => options.ContainsKey("unique_id")), options =>
            Assert.Equal(suggested, options.ContainsKey("default_entity_id"))
        );
    }

    [Theory]
    [InlineData("Front door", "front_door")]
    [InlineData("  Äußere   Tür-2 ", "u_ere_t_r_2")]
    [InlineData("___", "")]
    [InlineData("玄関", "")]
    public void Names_become_parts_of_entity_ids(string name, string slug) => Assert.Equal(slug, ReportEntity.Slug(name));

    [Theory]
    [InlineData("玄関")]
    [InlineData("\"quotes\" & <tags>")]
    public void Any_name_makes_a_valid_message(string name)
    {
        _name = name;
        using DiscoveryService service = Open();
        Published(DeviceTopic);
    }

    [Fact]
    public void A_component_that_is_gone_stays_as_its_platform_alone()
    {
        _presence.Current = Zones("porch", "drive");
        using (Open())
            Assert.Contains("zone_porch", Published(DeviceTopic).Keys);

        _presence.Current = Zones("drive");
        using DiscoveryService next = Open();

        AssertRemoved("zone_porch", "zone_porch_count");
        Assert.True(Published(DeviceTopic)["zone_drive"].Count > 1);
    }

    [Fact]
    public void A_zone_that_is_renamed_live_is_announced_at_once_and_its_old_entities_are_removed()
    {
        _presence.Current = Zones("porch");
        using DiscoveryService service = Open();

        _presence.Current = Zones("veranda");

        AssertRemoved("zone_porch", "zone_porch_count");
        Assert.True(Published(DeviceTopic)["zone_veranda"].Count > 1);
    }

    [Fact]
    public void The_entities_of_pictures_follow_the_permission_live()
    {
        _device.Current = new DeviceOptions { AllowImages = true };
        using DiscoveryService service = Open();
        Assert.True(Published(DeviceTopic)["snapshot"].Count > 1);

        _device.Current = new DeviceOptions { AllowImages = false };
        AssertRemoved("snapshot", "take_snapshot", "last_detection", "last_detection_close_up");

        _device.Current = new DeviceOptions { AllowImages = true };
        Assert.True(Published(DeviceTopic)["snapshot"].Count > 1);
    }

    [Fact]
    public void A_coprocessor_that_is_gone_is_removed()
    {
        _coprocessor = new FakeCoprocessor();
        using (Open())
            Published(CoprocessorTopic);

        _coprocessor = null;
        using DiscoveryService next = Open();

        Assert.Empty(Payload(CoprocessorTopic)!);
        Published(DeviceTopic);
    }

    [Fact]
    public void Discovery_that_is_switched_off_removes_everything()
    {
        using (Open())
            Published(DeviceTopic);
        _options = new HomeAssistantOptions { Discovery = false };

        using (Open())
            Assert.Empty(Payload(DeviceTopic)!);

        // An announcement that has been removed is not removed again.
        _states.MarkPublished(_states.Pending().Single(state => state.Topic == DeviceTopic));
        using DiscoveryService third = Open();
        Assert.Null(Payload(DeviceTopic));
    }

    [Fact]
    public void Another_prefix_moves_the_device()
    {
        using (Open())
            Published(DeviceTopic);
        _options = new HomeAssistantOptions { DiscoveryPrefix = "ha" };

        using DiscoveryService next = Open();

        Assert.Empty(Payload(DeviceTopic)!);
        Published("ha" + DeviceTopic["homeassistant".Length..]);
        Assert.Equal(["ha/status"], next.Filters);
    }

    [Fact]
    public void A_damaged_file_only_costs_the_memory_of_what_was()
    {
        File.WriteAllText(Path.Combine(_folder, AnnouncementFile.FileName), "{\"announced\":null");

        using DiscoveryService service = Open();

        Published(DeviceTopic);
    }

    [Fact]
    public async Task When_home_assistant_starts_everything_is_said_again_after_a_random_delay()
    {
        using DiscoveryService service = Open();
        _states.Set("test/door/state", "{}"u8.ToArray());
        foreach (RetainedState state in _states.Pending())
            _states.MarkPublished(state);
        await service.StartAsync(TestContext.Current.CancellationToken);

        service.Received(new ReceivedMessage("homeassistant/status", "online"u8.ToArray(), IsRetained: false));
        await Wait.UntilAsync(() => _log.Events.Contains(1341), "the start is noticed");
        Assert.Empty(_states.Pending());
        await Wait.FallsDueAsync(_time, TimeSpan.FromSeconds(0.1), 0, 6, () => _states.Pending().Count > 0, "the announcement");

        Assert.Equal([DeviceTopic, "test/door/state"], _states.Pending().Select(state => state.Topic).Order(StringComparer.Ordinal));
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("homeassistant/status", "online", true)]
    [InlineData("homeassistant/status", "offline", false)]
    [InlineData("homeassistant/other", "online", false)]
    [InlineData("homeassistant/status", "", false)]
    public async Task Other_messages_are_not_a_start(string topic, string payload, bool retained)
    {
        using DiscoveryService service = Open();
        foreach (RetainedState state in _states.Pending())
            _states.MarkPublished(state);
        await service.StartAsync(TestContext.Current.CancellationToken);

        service.Received(new ReceivedMessage(topic, Encoding.ASCII.GetBytes(payload), retained));
        await Wait.PassAsync(_time, TimeSpan.FromSeconds(1), 40);

        Assert.Empty(_states.Pending());
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_device_that_changes_is_announced_again()
    {
        _coprocessor = new FakeCoprocessor();
        using DiscoveryService service = Open();
        foreach (RetainedState state in _states.Pending())
            _states.MarkPublished(state);
        await service.StartAsync(TestContext.Current.CancellationToken);

        _coprocessor.Device = new ReportDevice("coprocessor", "netduinoplus2", "1.0.0", "coprocessor");
        await Wait.AdvanceUntilAsync(_time, TimeSpan.FromSeconds(1), () => _states.Pending().Count > 0, "the announcement");

        Assert.Equal([CoprocessorTopic], _states.Pending().Select(state => state.Topic));
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("homeassistant", true)]
    [InlineData("a/b", true)]
    [InlineData("", false)]
    [InlineData("home/+", false)]
    [InlineData("home/", false)]
    [InlineData("$SYS", false)]
    public void Prefixes(string prefix, bool allowed) =>
        Assert.Equal(
            allowed,
            new HomeAssistantOptionsValidator().Validate(null, new HomeAssistantOptions { DiscoveryPrefix = prefix }).Succeeded
        );

    private static PresenceOptions Zones(params string[] names) =>
        new() { Zones = [.. names.Select(name => new ZoneOptions { Name = name, Polygon = "0,0 1,0 1,1" })] };

    private DiscoveryService Open()
    {
        var folder = new StateFolder(_folder, NullLogger<StateFolder>.Instance);
        DeviceControls controls = _controls.Start();
        var images = new ImagePolicy(_device);
        IOptions<MqttOptions> pictures = Options.Create(new MqttOptions { Pictures = true });
        IReportSource[] sources =
        [
            new PresenceEntities(_detector, _presence, _controls.Cameras, _zones),
            new PresenceTriggers(_detector, _presence, _zones),
            new VersionReport(_detector),
            new ControlTopics(controls, new RetainedStates(new WorkSignal()), _topics, _presence),
            new SnapshotTopics(_controls.Cameras, images, controls, new RetainedStates(new WorkSignal()), _topics),
            new PictureTopics(_controls.Cameras, images, controls, new RetainedStates(new WorkSignal()), _topics, pictures),
            new Figures(),
        ];
        if (_coprocessor is not null)
            sources = [.. sources, _coprocessor];
        var identity = new DiscoveryIdentity("0123456789ab", _name, _options.Area);
        return new DiscoveryService(
            Options.Create(_options),
            new DeviceDiscovery(identity, _detector, sources, _topics, _page, TimeSpan.FromSeconds(30)),
            _states,
            new AnnouncementFile(folder, NullLogger<AnnouncementFile>.Instance),
            new LoopSupervisor(_time, NullLogger<LoopSupervisor>.Instance),
            _time,
            _log,
            new Random(3)
        );
    }

    private void AssertRemoved(params string[] keys)
    {
        var components = Published(DeviceTopic);
        Assert.All(keys, key => Assert.Equal("platform", Assert.Single(components[key]).Key));
    }

    private byte[]? Payload(string topic) =>
        _states.Pending().Where(state => state.Topic == topic).Select(state => state.Payload).SingleOrDefault();

    private Dictionary<string, Dictionary<string, JsonElement>> Published(string topic) =>
        HomeAssistantRules.Check(topic, Encoding.UTF8.GetString(Payload(topic)!));

    private sealed class Figures : IReportSource
    {
        IReadOnlyList<ReportFigure> IReportSource.Figures { get; } =
        [
            new("fps", () => 5, 2) { Entity = new FigureEntity("frame_rate", "Frame rate", "fps") },
            new("frames", () => 9) { Entity = new FigureEntity("frames", "Frames", IsCounter: true) },
            new("hidden", () => 1),
        ];
    }

    private sealed class FakeCoprocessor : IReportSource
    {
        public ReportDevice? Device { get; set; } = new("coprocessor", "Cortex-M board", null, "coprocessor");

        public IReadOnlyList<ReportEntity> Entities =>
            [
                new(
                    "connection",
                    "binary_sensor",
                    "Connection",
                    ("stat_t", "~/coprocessor"),
                    ("avty", new JsonArray(new JsonObject { ["t"] = "~/availability" }))
                ),
            ];
    }
}
