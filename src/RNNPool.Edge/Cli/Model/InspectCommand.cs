using System.CommandLine;
using RNNPool.Edge.Core;
using RNNPool.Edge.Models.Packages;
using Spectre.Console;

namespace RNNPool.Edge.Cli.Model;

/// <summary><c>rnnpool-edge model inspect FILE</c>: prints contents and costs of a package.</summary>
internal static class InspectCommand
{
    public static Command Build(Terminal terminal)
    {
        var file = new Argument<string>("PACKAGE") { Description = "A package, or a model folder with model.rnnp." };
        var json = Terminal.JsonOption("tables");
        var command = new Command("inspect", "Show a package: header, layers, multiplications, and the engine's memory stage by stage.")
        {
            file,
            json,
        };
        command.SetAction(result =>
        {
            ModelPackage package = PackageFile.Open(result.GetValue(file)!);
            PackageSummary summary = PackageSummary.From(package);
            if (result.GetValue(json))
                terminal.WriteJson(summary, ModelJson.Default.PackageSummary);
            else
                Show(terminal, package, summary);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Show(Terminal terminal, ModelPackage package, PackageSummary summary)
    {
        Table header = Tables.Create("field", ["value"]);
        foreach (
            (string name, string value) in new[]
            {
                ("name", summary.Name),
                ("task", summary.Task),
                ("input", summary.Input),
                ("labels", string.Join(", ", summary.Labels)),
                ("hash", summary.Hash),
                ("bytes", Tables.Whole(summary.Bytes)),
                ("parameters", Tables.Whole(summary.Parameters)),
                ("multiplications", Tables.Whole(summary.MultiplyAdds)),
                ("arena bytes stated", Tables.Whole(summary.ArenaBytes)),
                ("arena bytes needed", Tables.Whole(summary.Arena.Bytes)),
            }
        )
        {
            Tables.Add(header, name, value);
        }

        if (!package.Header.IsClassifier)
        {
            Tables.Add(header, "anchors", Tables.Whole(package.Header.AnchorCount));
            Tables.Add(header, "score threshold", Tables.Number(package.Header.ScoreThreshold / 65536.0, "0.000"));
            Tables.Add(header, "NMS IoU", Tables.Number(package.Header.NmsIou / 65536.0, "0.000"));
            Tables.Add(header, "candidates, detections", $"{package.Header.MaxCandidates}, {package.Header.MaxDetections}");
        }

        Table layers = Tables.Create("layer", ["operation", "input", "output", "stride", "adds", "MAdds", "bytes", "zp", "scale"]);
        for (int i = 0; i < summary.Layers.Count; i++)
        {
            LayerSummary layer = summary.Layers[i];
            string adds = package.Layers[i].Record.ResidualOf is int source ? $"input of {package.Layers[source].Name}" : "";
            Tables.Add(
                layers,
                layer.Name,
                layer.Operation,
                layer.Input,
                layer.Output,
                Tables.Whole(layer.Stride),
                adds,
                Tables.Whole(layer.MultiplyAdds),
                Tables.Whole(layer.Bytes),
                Tables.Whole(layer.ZeroPoint),
                Tables.Number(layer.Scale, "0.000000")
            );
        }

        Table arena = Tables.Create("stage", ["runs", "maps", "state", "scratch", "candidates", "bytes"]);
        foreach (ArenaStageSummary stage in summary.Arena.Stages)
        {
            Tables.Add(
                arena,
                stage.Name,
                stage.Streamed ? "while rows arrive" : "then",
                Tables.Whole(stage.Maps),
                Tables.Whole(stage.State),
                Tables.Whole(stage.Scratch),
                Tables.Whole(stage.Candidates),
                Tables.Whole(stage.Bytes)
            );
        }

        terminal.Write(header);
        terminal.Write(layers);
        terminal.Write(arena);
        terminal.WriteLine(
            "Stages that run while rows arrive are in memory together and share the largest scratch; the others run one after the other."
        );
    }
}
