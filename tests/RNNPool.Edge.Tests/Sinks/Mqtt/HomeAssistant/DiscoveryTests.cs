using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Core;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Sinks.Mqtt.HomeAssistant;
using RNNPool.Edge.Tests.Sinks.Mqtt;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Sinks.Mqtt.HomeAssistant;

/// <summary>What is announced, against Home Assistant's rules, in virtual time and without a broker.</summary>
public sealed class DiscoveryTests : IDisposable
{
    private const string DeviceTopic = "homeassistant/device/rnnpool_edge_0123456789ab/config";
    private const string CoprocessorTopic = "homeassistant/device/rnnpool_edge_0123456789ab_coprocessor/config";

    private static readonly DiscoverySubject Door = new(
        "0123456789ab",
        "Front door",
        null,
        "1.2.3",
        "face-qvga",
        ["face"],
        [],
        false,
        TimeSpan.FromSeconds(30),
        new MqttTopics("test/door"),
        null
    );

    private readonly FakeTimeProvider _time = new(Samples.Noon);
    private readonly RetainedStates _states = new(new WorkSignal());
    private readonly RecordingLogger<DiscoveryService> _log = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("discovery-").FullName;
    private HomeAssistantOptions _options = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_device_obeys_the_rules_and_has_its_entities()
    {
        var components = Check(DeviceTopic, DeviceDiscovery.Device(Door));

        Assert.Equal(
            [
                "count",
                "cpu_temperature",
                "detection",
                "dropped_events",
                "frame_age",
                "frame_rate",
                "inference_rate",
                "inference_time",
                "occupancy",
                "presence",
                "privacy",
                "problem",
                "restart",
                "threshold",
                "waiting_events",
            ],
            components.Keys.Order(StringComparer.Ordinal)
        );
        Assert.Equal("binary_sensor.front_door_occupancy", components["occupancy"]["default_entity_id"].GetString());
        Assert.Equal("rnnpool_edge_0123456789ab_occupancy", components["occupancy"]["unique_id"].GetString());
        Assert.Equal("test/door/set/detection", components["detection"]["command_topic"].GetString());
        Assert.Equal(90, components["frame_rate"]["expire_after"].GetInt32());
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
        DiscoverySubject subject = Door with
        {
            Labels = ["face", "cat's \\ head"],
            Zones = ["porch", "drive-way"],
            HasImages = true,
            Area = "Hall",
        };

        var components = Check(DeviceTopic, DeviceDiscovery.Device(subject));

        Assert.Equal(
            "{{ 'ON' if value_json.zoneCounts.get('drive-way', 0) > 0 else 'OFF' }}",
            components["zone_drive_way"]["value_template"].GetString()
        );
        Assert.Equal("{{ value_json.counts.get('cat\\'s \\\\ head', 0) }}", components["count_cat_s_head"]["value_template"].GetString());
        Assert.Contains("zone_porch_count", components.Keys);
        Assert.Equal("test/door/snapshot", components["snapshot"]["image_topic"].GetString());
        Assert.Contains("take_snapshot", components.Keys);
    }

    [Fact]
    public void The_coprocessor_is_a_device_behind_the_device()
    {
        DiscoveryDocument document = DeviceDiscovery.Coprocessor(Door, new CoprocessorSubject("netduinoplus2", "1.0.0"));

        var components = Check(CoprocessorTopic, document);

        JsonElement device = JsonDocument.Parse(document.ToBytes()).RootElement.GetProperty("dev");
        Assert.Equal("rnnpool_edge_0123456789ab", device.GetProperty("via_device").GetString());
        Assert.Equal("netduinoplus2", device.GetProperty("mdl").GetString());
        Assert.Equal(["connection", "frame_time", "frames", "link_errors", "round_trip"], components.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Front door", "front_door")]
    [InlineData("  Äußere   Tür-2 ", "u_ere_t_r_2")]
    [InlineData("___", "")]
    [InlineData("玄関", "")]
    public void Names_become_parts_of_entity_ids(string name, string slug) => Assert.Equal(slug, DiscoverySubject.Slug(name));

    [Theory]
    [InlineData("玄関")]
    [InlineData("\"quotes\" & <tags>")]
    public void Any_name_makes_a_valid_message(string name) => Check(DeviceTopic, DeviceDiscovery.Device(Door with { Name = name }));

    [Fact]
    public void A_component_that_is_gone_stays_as_its_platform_alone()
    {
        using (Open(Door with { Zones = ["porch", "drive"] }))
        {
            Assert.Contains("zone_porch", Published(DeviceTopic).Keys);
        }

        using DiscoveryService next = Open(Door with { Zones = ["drive"] });

        var components = Published(DeviceTopic);
        Assert.Single(components["zone_porch"]);
        Assert.Equal("binary_sensor", components["zone_porch"]["platform"].GetString());
        Assert.Equal("sensor", Assert.Single(components["zone_porch_count"]).Value.GetString());
        Assert.True(components["zone_drive"].Count > 1);
    }

    [Fact]
    public void A_coprocessor_that_is_gone_is_removed()
    {
        using (Open(Door with { Coprocessor = new CoprocessorSubject(null, null) }))
            Published(CoprocessorTopic);

        using DiscoveryService next = Open(Door);

        Assert.Empty(Payload(CoprocessorTopic)!);
        Published(DeviceTopic);
    }

    [Fact]
    public void Discovery_that_is_switched_off_removes_everything()
    {
        using (Open(Door))
            Published(DeviceTopic);
        _options = new HomeAssistantOptions { Discovery = false };

        using (Open(Door))
            Assert.Empty(Payload(DeviceTopic)!);

        // What has been removed need not be removed again.
        _states.Done(_states.Pending().Single(state => state.Topic == DeviceTopic));
        using DiscoveryService third = Open(Door);
        Assert.Null(Payload(DeviceTopic));
    }

    [Fact]
    public void Another_prefix_moves_the_device()
    {
        using (Open(Door))
            Published(DeviceTopic);
        _options = new HomeAssistantOptions { DiscoveryPrefix = "ha" };

        using DiscoveryService next = Open(Door);

        Assert.Empty(Payload(DeviceTopic)!);
        Published("ha" + DeviceTopic["homeassistant".Length..]);
        Assert.Equal(["ha/status"], next.Filters);
    }

    [Fact]
    public void A_damaged_file_only_costs_the_memory_of_what_was()
    {
        File.WriteAllText(Path.Combine(_folder, AnnouncementFile.FileName), "{\"announced\":null");

        using DiscoveryService service = Open(Door);

        Published(DeviceTopic);
    }

    [Fact]
    public async Task When_home_assistant_starts_everything_is_said_again_after_a_random_delay()
    {
        using DiscoveryService service = Open(Door);
        _states.Set("test/door/state", "{}"u8.ToArray());
        foreach (RetainedState state in _states.Pending())
            _states.Done(state);
        await service.StartAsync(TestContext.Current.CancellationToken);

        service.Received(new ReceivedMessage("homeassistant/status", "online"u8.ToArray(), IsRetained: false));
        await Wait.UntilAsync(
            () =>
                _log.Lines.Any(line =>
                    line.StartsWith("Home Assistant has started; announcing the device again in ", StringComparison.Ordinal)
                ),
            "the start is noticed"
        );
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
        using DiscoveryService service = Open(Door);
        foreach (RetainedState state in _states.Pending())
            _states.Done(state);
        await service.StartAsync(TestContext.Current.CancellationToken);

        service.Received(new ReceivedMessage(topic, Encoding.ASCII.GetBytes(payload), retained));
        await Wait.PassAsync(_time, TimeSpan.FromSeconds(1), 40);

        Assert.Empty(_states.Pending());
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_device_that_changes_is_announced_again()
    {
        DiscoverySubject subject = Door with { Coprocessor = new CoprocessorSubject(null, null) };
        using DiscoveryService service = Open(() => subject);
        foreach (RetainedState state in _states.Pending())
            _states.Done(state);
        await service.StartAsync(TestContext.Current.CancellationToken);

        subject = subject with { Coprocessor = new CoprocessorSubject("netduinoplus2", "1.0.0") };
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

    private static Dictionary<string, Dictionary<string, JsonElement>> Check(string topic, DiscoveryDocument document) =>
        HomeAssistantRules.Check(topic, Encoding.UTF8.GetString(document.ToBytes()));

    private DiscoveryService Open(DiscoverySubject subject) => Open(() => subject);

    private DiscoveryService Open(Func<DiscoverySubject> subject) =>
        new(
            new FixedOptions<HomeAssistantOptions>(_options),
            subject,
            _states,
            new AnnouncementFile(new StateFolder(_folder, NullLogger<StateFolder>.Instance), NullLogger<AnnouncementFile>.Instance),
            _time,
            _log,
            new Random(3)
        );

    private byte[]? Payload(string topic) =>
        _states.Pending().Where(state => state.Topic == topic).Select(state => state.Payload).SingleOrDefault();

    private Dictionary<string, Dictionary<string, JsonElement>> Published(string topic) =>
        HomeAssistantRules.Check(topic, Encoding.UTF8.GetString(Payload(topic)!));
}
