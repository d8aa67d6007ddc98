using Microsoft.Extensions.Options;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Onnx;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Vision.Tests.Detectors;

public sealed class OptionsValidatorTests
{
    public static TheoryData<DetectorOptions, string> WrongDetectorOptions =>
        new()
        {
            {
                new DetectorOptions { ScoreThreshold = 1.5f },
                "Detector:ScoreThreshold"
            },
            {
                new DetectorOptions { ScoreThreshold = float.NaN },
                "Detector:ScoreThreshold"
            },
            {
                new DetectorOptions { NmsIou = 0 },
                "Detector:NmsIou"
            },
            {
                new DetectorOptions { Nms = (NmsMethod)7 },
                "Detector:Nms"
            },
            {
                new DetectorOptions { Engine = HostEngine.Simd, Nms = NmsMethod.Soft },
                "Detector:Nms"
            },
            {
                new DetectorOptions { Engine = (HostEngine)9 },
                "Detector:Engine"
            },
            {
                new DetectorOptions { SoftNmsSigma = -1 },
                "Detector:SoftNmsSigma"
            },
            {
                new DetectorOptions { MaxDetections = 0 },
                "Detector:MaxDetections"
            },
            {
                new DetectorOptions { MaxCandidates = 0 },
                "Detector:MaxCandidates"
            },
            {
                new DetectorOptions { Onnx = new OnnxOptions { IntraOpThreads = 0 } },
                "Detector:Onnx:IntraOpThreads"
            },
            {
                new DetectorOptions { Onnx = new OnnxOptions { InterOpThreads = 65 } },
                "Detector:Onnx:InterOpThreads"
            },
            {
                new DetectorOptions { Onnx = null! },
                "Detector:Onnx"
            },
        };

    public static TheoryData<PresenceOptions, string> WrongPresenceOptions =>
        new()
        {
            {
                new PresenceOptions { EnterThreshold = 0 },
                "Presence:EnterThreshold"
            },
            {
                new PresenceOptions { LeaveThreshold = 0.7f },
                "Presence:LeaveThreshold"
            },
            {
                new PresenceOptions { HistoryLength = 4 },
                "Presence:HistoryLength"
            },
            {
                new PresenceOptions { OffDelay = TimeSpan.FromSeconds(-1) },
                "Presence:OffDelay"
            },
            {
                new PresenceOptions { MinUpdateInterval = TimeSpan.FromSeconds(11) },
                "Presence:MinUpdateInterval"
            },
            {
                new PresenceOptions { UpdateMove = 0 },
                "Presence:UpdateMove"
            },
            {
                new PresenceOptions { MinHeight = 1.1f },
                "Presence:MinHeight"
            },
            {
                new PresenceOptions { MinHeightPixels = -1 },
                "Presence:MinHeightPixels"
            },
            {
                new PresenceOptions { StationaryAfter = TimeSpan.FromSeconds(5) },
                "Presence:StationaryAfter"
            },
            {
                new PresenceOptions { StationaryJitter = 0 },
                "Presence:StationaryJitter"
            },
            {
                new PresenceOptions { StationaryOffDelay = TimeSpan.FromDays(8) },
                "Presence:StationaryOffDelay"
            },
            {
                new PresenceOptions { Labels = ["face", ""] },
                "Presence:Labels:1"
            },
            {
                new PresenceOptions { OnlyInZones = true },
                "Presence:OnlyInZones"
            },
            { Zoned(zone => zone.Name = "Porch"), "Presence:Zones:1:Name" },
            { Zoned(zone => zone.Name = "a"), "Presence:Zones:1:Name" },
            { Zoned(zone => zone.Polygon = "0,0 1,1"), "Presence:Zones:1:Polygon" },
            { Zoned(zone => zone.Polygon = "0,0 1,1 1,2"), "Presence:Zones:1:Polygon" },
            { Zoned(zone => zone.Polygon = "0,0 1,NaN 1,1"), "Presence:Zones:1:Polygon" },
            { Zoned(zone => zone.Polygon = "0,0 0.5,0.5 1,1"), "Presence:Zones:1:Polygon" },
            { Zoned(zone => zone.Polygon = "0,0 1,1 1,0 0,0.7"), "Presence:Zones:1:Polygon" },
            { Zoned(zone => zone.Anchor = (ZoneAnchor)5), "Presence:Zones:1:Anchor" },
            { Zoned(zone => zone.Margin = 0.6f), "Presence:Zones:1:Margin" },
            { Zoned(zone => zone.MinHeight = -0.1f), "Presence:Zones:1:MinHeight" },
            { Zoned(zone => zone.EnterThreshold = 1), "Presence:Zones:1:EnterThreshold" },
            { Zoned(zone => (zone.EnterThreshold, zone.LeaveThreshold) = (0.5f, 0.6f)), "Presence:Zones:1:LeaveThreshold" },
            { Zoned(zone => zone.OffDelay = TimeSpan.FromHours(2)), "Presence:Zones:1:OffDelay" },
            {
                new PresenceOptions { Tracker = { MaxTracks = 0 } },
                "Presence:Tracker:MaxTracks"
            },
            {
                new PresenceOptions { Tracker = null! },
                "Presence:Tracker"
            },
        };

    private static PresenceOptions Zoned(Action<ZoneOptions> change)
    {
        var zone = new ZoneOptions { Name = "b", Polygon = "0,0 1,0 1,1" };
        change(zone);
        return new PresenceOptions { Zones = [new ZoneOptions { Name = "a", Polygon = "0,0 1,0 1,1" }, zone] };
    }

    [Fact]
    public void There_are_at_most_32_zones()
    {
        var options = new PresenceOptions
        {
            Zones = [.. Enumerable.Range(0, 33).Select(i => new ZoneOptions { Name = $"z{i}", Polygon = "0,0 1,0 1,1" })],
        };

        AssertNamed("Presence:Zones", new PresenceOptionsValidator().Validate(null, options));
    }

    [Fact]
    public void Defaults_are_valid()
    {
        Assert.True(new DetectorOptionsValidator().Validate(null, new DetectorOptions()).Succeeded);
        Assert.True(new PresenceOptionsValidator().Validate(null, new PresenceOptions()).Succeeded);
        Assert.True(new PresenceOptionsValidator().Validate(null, Zoned(_ => { })).Succeeded);
    }

    [Theory]
    [MemberData(nameof(WrongDetectorOptions), DisableDiscoveryEnumeration = true)]
    public void A_wrong_detector_option_is_named(DetectorOptions options, string key) =>
        AssertNamed(key, new DetectorOptionsValidator().Validate(null, options));

    [Theory]
    [MemberData(nameof(WrongPresenceOptions), DisableDiscoveryEnumeration = true)]
    public void A_wrong_presence_option_is_named(PresenceOptions options, string key) =>
        AssertNamed(key, new PresenceOptionsValidator().Validate(null, options));

    private static void AssertNamed(string key, ValidateOptionsResult result) =>
        Assert.Contains(result.Failures ?? [], failure => failure.StartsWith(key + " ", StringComparison.Ordinal));
}
