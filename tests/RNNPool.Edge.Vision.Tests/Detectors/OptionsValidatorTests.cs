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
                "Detector:ScoreThreshold is 1.5; it must be from 0.0001 to 0.9999."
            },
            {
                new DetectorOptions { ScoreThreshold = float.NaN },
                "Detector:ScoreThreshold is NaN; it must be from 0.0001 to 0.9999."
            },
            {
                new DetectorOptions { NmsIou = 0 },
                "Detector:NmsIou is 0; it must be from 0.01 to 1."
            },
            {
                new DetectorOptions { Nms = (NmsMethod)7 },
                "Detector:Nms is 7; it must be Hard or Soft."
            },
            {
                new DetectorOptions { SoftNmsSigma = -1 },
                "Detector:SoftNmsSigma is -1; it must be from 0.01 to 10."
            },
            {
                new DetectorOptions { MaxDetections = 0 },
                "Detector:MaxDetections is 0; it must be from 1 to 10000."
            },
            {
                new DetectorOptions { MaxCandidates = 0 },
                "Detector:MaxCandidates is 0; it must be from 1 to 100000."
            },
            {
                new DetectorOptions { Onnx = new OnnxOptions { IntraOpThreads = 0 } },
                "Detector:Onnx:IntraOpThreads is 0; it must be from 1 to 64."
            },
            {
                new DetectorOptions { Onnx = new OnnxOptions { InterOpThreads = 65 } },
                "Detector:Onnx:InterOpThreads is 65; it must be from 1 to 64."
            },
            {
                new DetectorOptions { Onnx = null! },
                "Detector:Onnx is null; it must be a section."
            },
        };

    public static TheoryData<PresenceOptions, string> WrongPresenceOptions =>
        new()
        {
            {
                new PresenceOptions { EnterThreshold = 0 },
                "Presence:EnterThreshold is 0; it must be from 0.0001 to 0.9999."
            },
            {
                new PresenceOptions { LeaveThreshold = 0.7f },
                "Presence:LeaveThreshold is 0.7; it must be at most EnterThreshold, 0.6."
            },
            {
                new PresenceOptions { HistoryLength = 4 },
                "Presence:HistoryLength is 4; it must be odd, so that there is a middle score."
            },
            {
                new PresenceOptions { OffDelay = TimeSpan.FromSeconds(-1) },
                "Presence:OffDelay is -00:00:01; it must be from 00:00:00 to 01:00:00."
            },
            {
                new PresenceOptions { MinUpdateInterval = TimeSpan.FromSeconds(11) },
                "Presence:MinUpdateInterval is 00:00:11; it must be from 00:00:00 to 00:00:10."
            },
            {
                new PresenceOptions { UpdateMove = 0 },
                "Presence:UpdateMove is 0; it must be from 0.01 to 10."
            },
            {
                new PresenceOptions { MinHeight = 1.1f },
                "Presence:MinHeight is 1.1; it must be from 0 to 1."
            },
            {
                new PresenceOptions { MinHeightPixels = -1 },
                "Presence:MinHeightPixels is -1; it must be from 0 to 10000."
            },
            {
                new PresenceOptions { StationaryAfter = TimeSpan.FromSeconds(5) },
                "Presence:StationaryAfter is 00:00:05; it must be 00:00:00 for never, or from 00:00:10 to 7.00:00:00."
            },
            {
                new PresenceOptions { StationaryJitter = 0 },
                "Presence:StationaryJitter is 0; it must be from 0.01 to 1."
            },
            {
                new PresenceOptions { StationaryOffDelay = TimeSpan.FromDays(8) },
                "Presence:StationaryOffDelay is 8.00:00:00; it must be from 00:00:00 to 7.00:00:00."
            },
            {
                new PresenceOptions { Labels = ["face", ""] },
                "Presence:Labels:1 is ''; it must be a label of the model, such as face."
            },
            {
                new PresenceOptions { OnlyInZones = true },
                "Presence:OnlyInZones is true; it must be false while there is no zone, or nothing would ever be announced."
            },
            {
                Zoned(zone => zone.Name = "Porch"),
                "Presence:Zones:1:Name is 'Porch'; it must be 1 to 32 lower-case letters, digits, - and _."
            },
            { Zoned(zone => zone.Name = "a"), "Presence:Zones:1:Name is 'a'; another zone has that name already." },
            {
                Zoned(zone => zone.Polygon = "0,0 1,1"),
                "Presence:Zones:1:Polygon is '0,0 1,1'; it must have 3 to 32 corners, such as '0,0.5 1,0.5 1,1 0,1'."
            },
            {
                Zoned(zone => zone.Polygon = "0,0 1,1 1,2"),
                "Presence:Zones:1:Polygon is '0,0 1,1 1,2'; it must have corners of two numbers from 0 to 1 with a comma between them, such as '0,0.5 1,0.5 1,1 0,1'."
            },
            {
                Zoned(zone => zone.Polygon = "0,0 1,NaN 1,1"),
                "Presence:Zones:1:Polygon is '0,0 1,NaN 1,1'; it must have corners of two numbers from 0 to 1 with a comma between them, such as '0,0.5 1,0.5 1,1 0,1'."
            },
            { Zoned(zone => zone.Polygon = "0,0 0.5,0.5 1,1"), "Presence:Zones:1:Polygon is '0,0 0.5,0.5 1,1'; it must enclose an area." },
            {
                Zoned(zone => zone.Polygon = "0,0 1,1 1,0 0,0.7"),
                "Presence:Zones:1:Polygon is '0,0 1,1 1,0 0,0.7'; it must have its corners in order around it, so that no edges cross."
            },
            { Zoned(zone => zone.Anchor = (ZoneAnchor)5), "Presence:Zones:1:Anchor is 5; it must be BottomCentre or Centre." },
            { Zoned(zone => zone.Margin = 0.6f), "Presence:Zones:1:Margin is 0.6; it must be from 0 to 0.5." },
            { Zoned(zone => zone.MinHeight = -0.1f), "Presence:Zones:1:MinHeight is -0.1; it must be from 0 to 1." },
            { Zoned(zone => zone.EnterThreshold = 1), "Presence:Zones:1:EnterThreshold is 1; it must be from 0 to 0.9999." },
            {
                Zoned(zone => (zone.EnterThreshold, zone.LeaveThreshold) = (0.5f, 0.6f)),
                "Presence:Zones:1:LeaveThreshold is 0.6; it must be from 0 to 0.5."
            },
            {
                Zoned(zone => zone.OffDelay = TimeSpan.FromHours(2)),
                "Presence:Zones:1:OffDelay is 02:00:00; it must be from 00:00:00 to 01:00:00."
            },
            {
                new PresenceOptions { Tracker = { MaxTracks = 0 } },
                "Presence:Tracker:MaxTracks is 0; it must be from 1 to 1024."
            },
            {
                new PresenceOptions { Tracker = null! },
                "Presence:Tracker is null; it must be a section."
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

        Assert.Equal(
            "Presence:Zones is a list of 33; it must have at most 32 zones.",
            Assert.Single(new PresenceOptionsValidator().Validate(null, options).Failures!)
        );
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
    public void A_wrong_detector_option_is_named(DetectorOptions options, string sentence) =>
        Assert.Contains(sentence, new DetectorOptionsValidator().Validate(null, options).Failures ?? []);

    [Theory]
    [MemberData(nameof(WrongPresenceOptions), DisableDiscoveryEnumeration = true)]
    public void A_wrong_presence_option_is_named(PresenceOptions options, string sentence) =>
        Assert.Contains(sentence, new PresenceOptionsValidator().Validate(null, options).Failures ?? []);
}
