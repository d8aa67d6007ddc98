using RNNPool.Edge.Vision.Detection;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Vision.Tests.Detection;

public sealed class OptionsValidatorTests
{
    public static TheoryData<DetectorOptions, string> WrongDetectorOptions => new()
    {
        { new DetectorOptions { ScoreThreshold = 1.5f }, "Detector:ScoreThreshold is 1.5; it must be from 0.0001 to 0.9999." },
        { new DetectorOptions { ScoreThreshold = float.NaN }, "Detector:ScoreThreshold is NaN; it must be from 0.0001 to 0.9999." },
        { new DetectorOptions { NmsIou = 0 }, "Detector:NmsIou is 0; it must be from 0.01 to 1." },
        { new DetectorOptions { Nms = (NmsMethod)7 }, "Detector:Nms is 7; it must be Hard or Soft." },
        { new DetectorOptions { SoftNmsSigma = -1 }, "Detector:SoftNmsSigma is -1; it must be from 0.01 to 10." },
        { new DetectorOptions { MaxDetections = 0 }, "Detector:MaxDetections is 0; it must be from 1 to 10000." },
        { new DetectorOptions { MaxCandidates = 0 }, "Detector:MaxCandidates is 0; it must be from 1 to 100000." },
        { new DetectorOptions { Onnx = new OnnxOptions { IntraOpThreads = 0 } }, "Detector:Onnx:IntraOpThreads is 0; it must be from 1 to 64." },
        { new DetectorOptions { Onnx = new OnnxOptions { InterOpThreads = 65 } }, "Detector:Onnx:InterOpThreads is 65; it must be from 1 to 64." },
        { new DetectorOptions { Onnx = null! }, "Detector:Onnx is null; it must be a section." },
    };

    public static TheoryData<PresenceOptions, string> WrongPresenceOptions => new()
    {
        { new PresenceOptions { EnterThreshold = 0 }, "Presence:EnterThreshold is 0; it must be from 0.0001 to 0.9999." },
        { new PresenceOptions { LeaveThreshold = 0.7f }, "Presence:LeaveThreshold is 0.7; it must be at most EnterThreshold, 0.6." },
        { new PresenceOptions { HistoryLength = 4 }, "Presence:HistoryLength is 4; it must be odd, so that there is a middle score." },
        { new PresenceOptions { OffDelay = TimeSpan.FromSeconds(-1) }, "Presence:OffDelay is -00:00:01; it must be from 00:00:00 to 01:00:00." },
        { new PresenceOptions { MinUpdateInterval = TimeSpan.FromSeconds(11) }, "Presence:MinUpdateInterval is 00:00:11; it must be from 00:00:00 to 00:00:10." },
        { new PresenceOptions { UpdateMove = 0 }, "Presence:UpdateMove is 0; it must be from 0.01 to 10." },
        { new PresenceOptions { Tracker = { MaxTracks = 0 } }, "Presence:Tracker:MaxTracks is 0; it must be from 1 to 1024." },
        { new PresenceOptions { Tracker = null! }, "Presence:Tracker is null; it must be a section." },
    };

    [Fact]
    public void Defaults_are_valid()
    {
        Assert.True(new DetectorOptionsValidator().Validate(null, new DetectorOptions()).Succeeded);
        Assert.True(new PresenceOptionsValidator().Validate(null, new PresenceOptions()).Succeeded);
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
