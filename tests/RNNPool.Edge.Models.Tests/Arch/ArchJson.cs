using System.Text;
using System.Text.Json.Nodes;
using RNNPool.Edge.Models.Arch;

namespace RNNPool.Edge.Models.Tests.Arch;

/// <summary>Descriptions of small networks, to be changed by tests.</summary>
internal static class ArchJson
{
    public static JsonObject Detector() =>
        JsonNode
            .Parse(
                """
                { "format": "rnnpool-arch", "version": 1, "name": "tiny", "task": "detection",
                  "input": { "width": 64, "height": 48, "channels": 1, "mean": 128.0, "scale": 128.0 }, "labels": ["face"],
                  "layers": [
                    { "type": "conv", "name": "stem", "kernel": 3, "channels": 4, "stride": 2 },
                    { "type": "rnnpool", "name": "pool", "patch": 8, "stride": 4, "hidden1": 6, "hidden2": 5, "gate": "hard" },
                    { "type": "bottleneck", "name": "b1", "expansion": 2, "channels": 20, "repeats": 2, "stride": 1 },
                    { "type": "head", "name": "h8", "anchors":
                      [ { "width": 9, "height": 11, "background": 3 }, { "width": 18, "height": 22 } ] },
                    { "type": "separable", "name": "s1", "channels": 24, "repeats": 1, "stride": 2 },
                    { "type": "head", "name": "h16", "anchors": [ { "width": 32, "height": 40 } ], "l2norm": 10 } ],
                  "detection": { "variances": [0.1, 0.2], "scoreThreshold": 0.5, "nmsIou": 0.4, "maxDetections": 100 } }
                """
            )!
            .AsObject();

    /// <summary>The detector behind a layer that makes its input smaller.</summary>
    public static JsonObject Shrinking(double scale)
    {
        JsonObject detector = Detector();
        detector["layers"]!
            .AsArray()
            .Insert(
                0,
                new JsonObject
                {
                    ["type"] = "resize",
                    ["name"] = "shrink",
                    ["scale"] = scale,
                }
            );
        return detector;
    }

    public static JsonObject Classifier() =>
        JsonNode
            .Parse(
                """
                { "format": "rnnpool-arch", "version": 1, "name": "tiny", "task": "classification",
                  "input": { "width": 32, "height": 32, "channels": 3, "mean": 0, "scale": 255 }, "labels": ["none", "person"],
                  "layers": [
                    { "type": "conv", "name": "stem", "kernel": 5, "channels": 4, "stride": 2, "activation": "none" },
                    { "type": "rnnpool", "name": "pool", "patch": 6, "stride": 4, "hidden1": 4, "hidden2": 4, "gate": "smooth" },
                    { "type": "rnnpool", "name": "last", "global": true, "hidden1": 3, "hidden2": 2 },
                    { "type": "dense", "name": "fc", "channels": 2 } ] }
                """
            )!
            .AsObject();

    public static NetworkArchitecture Parse(JsonNode json) => Parse(json.ToJsonString());

    public static NetworkArchitecture Parse(string json) => NetworkArchitecture.Parse(Encoding.UTF8.GetBytes(json), "arch.json");
}
