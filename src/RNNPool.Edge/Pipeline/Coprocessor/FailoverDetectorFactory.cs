using Microsoft.Extensions.Options;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Pipeline.Engines;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>Creates the detector that uses the coprocessor, with an engine of this machine when the mode allows one.</summary>
internal sealed class FailoverDetectorFactory(
    CoprocessorClient client,
    DeviceModel model,
    HostModel host,
    CoprocessorStatus status,
    IOptions<CoprocessorOptions> options,
    IOptions<DetectorOptions> detectorOptions,
    TimeProvider timeProvider,
    ILogger<FailoverDetector> logger,
    ILogger<ResultVerifier> verifierLogger
)
{
    public FailoverDetector Create()
    {
        CoprocessorOptions settings = options.Value;
        DetectorOptions detector = detectorOptions.Value;
        return new FailoverDetector(
            client,
            new CoprocessorDetector(client, model, detector, timeProvider),
            settings.Mode == CoprocessorMode.Auto ? host.Detector : null,
            settings.Verify ? new ResultVerifier(model.CreateReference(detector), detector, status, verifierLogger) : null,
            status,
            settings,
            timeProvider,
            logger
        );
    }
}
