using System.Text.Json;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

namespace RNNPool.Edge.Tests.Sinks.Mqtt.HomeAssistant;

public sealed partial class DiscoveryTests
{
    /// <summary>An address for this machine alone is of no use to a browser at Home Assistant.</summary>
    [Fact]
    public void The_device_links_to_the_page_while_the_network_reaches_it()
    {
        using DiscoveryService service = Open();
        var local = new Uri("http://127.0.0.1:8760");
        _page.Replace(local, []);
        Assert.Null(Link());

        _page.Replace(local, [new Uri("https://192.0.2.7:8443/"), new Uri("https://door.local:8443/")]);
        Assert.Equal("https://192.0.2.7:8443", Link());

        _page.Replace(local, []);
        Assert.Null(Link());

        string? Link()
        {
            Published(DeviceTopic);
            JsonElement device = JsonDocument.Parse(Payload(DeviceTopic)!).RootElement.GetProperty("dev");
            return device.TryGetProperty("cu", out JsonElement link) ? link.GetString() : null;
        }
    }

    [Fact]
    public void The_coprocessor_is_a_device_behind_the_device()
    {
        _coprocessor = new FakeCoprocessor { Device = new ReportDevice("coprocessor", "netduinoplus2", "1.0.0", "coprocessor") };

        using DiscoveryService service = Open();

        var components = Published(CoprocessorTopic);
        JsonElement root = JsonDocument.Parse(Payload(CoprocessorTopic)!).RootElement;
        Assert.Equal("rnnpool_edge_0123456789ab", root.GetProperty("dev").GetProperty("via_device").GetString());
        Assert.Equal("netduinoplus2", root.GetProperty("dev").GetProperty("mdl").GetString());
        Assert.Equal(
            ["test/door/availability", "test/door/coprocessor"],
            root.GetProperty("avty").EnumerateArray().Select(topic => topic.GetProperty("t").GetString())
        );
        Assert.Equal("test/door/availability", components["connection"]["availability"][0].GetProperty("t").GetString());
    }
}
