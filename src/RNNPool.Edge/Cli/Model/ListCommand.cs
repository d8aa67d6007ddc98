using System.CommandLine;
using RNNPool.Edge.Core;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Web.Models;
using Spectre.Console;

namespace RNNPool.Edge.Cli.Model;

/// <summary><c>rnnpool-edge model list</c>: lists the models that the device can run.</summary>
internal static class ListCommand
{
    public static (Command Command, string Examples) Build(Terminal terminal, IDeviceComposer composer)
    {
        Option<bool> json = Terminal.JsonOption();
        var command = new Command("list", "List the bundled and the uploaded models with the precision on their cards.") { json };
        SharedOptions shared = SharedOptions.AddTo(command, composer, device: false);
        command.SetAction(result =>
        {
            using Composition<ModelSettings> model = composer.Compose<ModelSettings>(shared.Load(result), CompositionScope.Model);
            ModelsReport report = ModelCatalogue.List(
                model.Root.Model.Resolve(),
                Path.Combine(StateLocation.Find(shared, result, "models"), "models"),
                model.Root.Model
            );
            if (result.GetValue(json))
                terminal.WriteJson(report, ModelJson.Default.ModelsReport);
            else
                Show(terminal, report);
            return ExitCode.Ok;
        });
        return (
            command,
            """
              rnnpool-edge model list
              rnnpool-edge model list --json
            """
        );
    }

    private static void Show(Terminal terminal, ModelsReport report)
    {
        Table table = Tables
            .CreateText("model", "", "task")
            .Figures("input", "parameters", "multiply-adds", "package")
            .Words("on its card");
        foreach (ModelReport model in report.Models)
        {
            string use =
                model.Active ? "in use"
                : model.Uploaded ? "uploaded"
                : "";
            if (model.Problem is not null)
                table.Add(model.Name, use, "", "", "", "", "", model.Problem);
            else
            {
                string card = model.Precision is { } precision
                    ? $"{precision.Metric} {Tables.Number(precision.Value, "0.000")} on {precision.Pictures}"
                    : "";
                table.Add(
                    model.Name,
                    use,
                    model.Task!,
                    $"{model.Width}x{model.Height}",
                    Tables.Whole(model.Parameters),
                    Tables.Whole(model.Macs),
                    Tables.Whole(model.Bytes),
                    card
                );
            }
        }

        terminal.Write(table);
    }
}
