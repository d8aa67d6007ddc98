using System.Text;
using RNNPool.Edge.Models.Arch;

namespace RNNPool.Edge.Vision.Tests.Support;

internal static class TestNetworks
{
    /// <summary>A detector of 4x4 cells of 8 pixels with one anchor each, 16 anchors of 8x8 in a 32x32 input.</summary>
    public static NetworkArchitecture Detector { get; } =
        Parse(
            """
            { "format": "rnnpool-arch", "version": 1, "name": "tiny", "task": "detection",
              "input": { "width": 32, "height": 32, "channels": 1, "mean": 128, "scale": 128 }, "labels": ["face"],
              "layers": [ { "type": "conv", "name": "stem", "kernel": 3, "channels": 4, "stride": 2 },
                          { "type": "rnnpool", "name": "pool", "patch": 8, "stride": 4, "hidden1": 4, "hidden2": 4 },
                          { "type": "head", "name": "h8", "anchors": [ { "width": 8, "height": 8 } ] } ],
              "detection": { "variances": [0.1, 0.2], "scoreThreshold": 0.5, "nmsIou": 0.4, "maxDetections": 10 } }
            """
        );

    public static NetworkArchitecture Classifier { get; } =
        Parse(
            """
            { "format": "rnnpool-arch", "version": 1, "name": "tiny-classifier", "task": "classification",
              "input": { "width": 32, "height": 32, "channels": 1, "mean": 128, "scale": 128 }, "labels": ["none", "person"],
              "layers": [ { "type": "conv", "name": "stem", "kernel": 3, "channels": 4, "stride": 2 },
                          { "type": "averagepool" }, { "type": "dense", "name": "fc", "channels": 2 } ] }
            """
        );

    private static NetworkArchitecture Parse(string json) => NetworkArchitecture.Parse(Encoding.UTF8.GetBytes(json), "test");
}
