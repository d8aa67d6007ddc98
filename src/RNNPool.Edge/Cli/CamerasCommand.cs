using System.CommandLine;
using System.Globalization;
using RNNPool.Edge.Core;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Web;

namespace RNNPool.Edge.Cli;

/// <summary><c>rnnpool-edge cameras</c>: lists the cameras of this machine with their formats and controls.</summary>
internal static class CamerasCommand
{
    public static (Command Command, string Examples) Build(Terminal terminal)
    {
        var json = Terminal.JsonOption("text");
        var command = new Command("cameras", "List the cameras of this machine with their formats, sizes, rates and controls.") { json };
        command.SetAction(
            async (result, cancellationToken) =>
            {
                IReadOnlyList<CameraReport> cameras = CameraList.Video();
                string? ribbon = await CameraList.RibbonAsync(cancellationToken).ConfigureAwait(false);
                if (result.GetValue(json))
                {
                    terminal.WriteJson(new CamerasReport(cameras, ribbon), CommandJson.Default.CamerasReport);
                    return ExitCode.Ok;
                }

                foreach (CameraReport camera in cameras)
                    Show(terminal, camera);
                if (cameras.Count == 0)
                    terminal.WriteLine("No camera with a video device (v4l2:).");
                if (ribbon is not null)
                    terminal.WriteLine($"On the ribbon cable (rpicam:), reported by rpicam-hello:{Environment.NewLine}{ribbon}");
                return ExitCode.Ok;
            }
        );
        return (
            command,
            """
              rnnpool-edge cameras
              rnnpool-edge cameras --json
            """
        );
    }

    private static void Show(Terminal terminal, CameraReport camera)
    {
        terminal.WriteLine($"{camera.Source}");
        terminal.WriteLine(
            $"  {camera.Name} ({string.Join(", ", new[] { camera.Device, camera.Bus }.Where(text => !string.IsNullOrEmpty(text)))})"
        );
        if (camera.Problem is not null)
            terminal.WriteLine($"  {camera.Problem}");
        foreach (CameraFormatReport format in camera.Formats)
        {
            string sizes = string.Join(", ", format.Sizes.Select(size => $"{size.Width}x{size.Height}{Rates(size.Rates)}"));
            terminal.WriteLine($"  {format.Format}{(format.Readable ? "" : " (not read)")}: {(sizes.Length > 0 ? sizes : "any size")}");
        }

        foreach (CameraControlReport control in camera.Controls)
        {
            string choices = control.Choices is null
                ? FormattableString.Invariant($"{control.Minimum} to {control.Maximum}")
                : string.Join(", ", control.Choices.Select(choice => FormattableString.Invariant($"{choice.Key} ({choice.Value})")));
            string value = control.Value is { } number ? FormattableString.Invariant($", now {number}") : "";
            string inactive = control.Inactive ? ", inactive now" : "";
            terminal.WriteLine(
                FormattableString.Invariant($"  Camera:Controls:{control.Name}: {choices}; default {control.Default}{value}{inactive}")
            );
        }
    }

    private static string Rates(IReadOnlyList<double> rates) =>
        rates.Count == 0 ? "" : $" at {string.Join("/", rates.Select(rate => rate.ToString("0.##", CultureInfo.InvariantCulture)))}";
}
