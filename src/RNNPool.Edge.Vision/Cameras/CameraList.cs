using System.Diagnostics;
using RNNPool.Edge.Vision.Cameras.Processes;
using RNNPool.Edge.Vision.Cameras.V4l2;

namespace RNNPool.Edge.Vision.Cameras;

/// <summary>Lists the cameras of this machine.</summary>
public static class CameraList
{
    private static readonly TimeSpan ProgramTime = TimeSpan.FromSeconds(10);

    /// <summary>Every device of the kernel's video interface that captures or cannot be opened.</summary>
    public static IReadOnlyList<CameraReport> Video() => Video(LinuxVideoKernel.Instance);

    /// <summary>
    /// Sets a control of a camera at once, also while the camera delivers frames. The camera keeps the value until it is set again or
    /// loses its power.
    /// </summary>
    /// <param name="source">The camera, such as <c>v4l2:/dev/video0</c>.</param>
    /// <param name="name">Name of the control.</param>
    /// <param name="value">A number, true or false, or the name of a choice.</param>
    /// <returns>All controls afterwards, because one may activate another.</returns>
    /// <exception cref="CameraException">The camera has no controls, or does not accept the value; the message is a sentence.</exception>
    public static IReadOnlyList<CameraControlReport> SetControl(string source, string name, string value) =>
        SetControl(LinuxVideoKernel.Instance, source, name, value);

    /// <summary>
    /// The output of rpicam-hello about the cameras on ribbon cables; null when it is not installed or does not answer in time.
    /// </summary>
    public static async Task<string?> RibbonAsync(CancellationToken cancellationToken)
    {
        if (ProgramFinder.Find("rpicam-hello", "libcamera-hello") is not { } program)
            return null;
        var start = new ProcessStartInfo(program, ["--list-cameras"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using Process process = ProcessLauncher.Start(start);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(ProgramTime);
        try
        {
            char[] text = new char[16 * 1024];
            Task<int> reading = process.StandardOutput.ReadBlockAsync(text, patience.Token).AsTask();
            int count = await reading.WaitAsync(patience.Token).ConfigureAwait(false);
            return new string(text, 0, count).Trim();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    internal static IReadOnlyList<CameraControlReport> SetControl(IVideoKernel kernel, string source, string name, string value)
    {
        CameraSource parsed = CameraSource.Parse(source);
        if (!string.Equals(parsed.Scheme, "v4l2", StringComparison.OrdinalIgnoreCase))
            throw new CameraException($"{source}: only a camera of v4l2: has controls.");
        if (parsed.Target.Contains("..", StringComparison.Ordinal) || parsed.Target.Any(char.IsControl))
            throw new CameraException($"{source}: this is no device.");
        using VideoDevice device = V4l2Selection.Open(kernel, parsed.Target, source);
        VideoControl control = VideoControl.Find(VideoControls.Read(device), name, source);
        device.Set(control, control.Parse(value, source));
        return [.. VideoControls.Read(device).Select(Report)];
    }

    internal static IReadOnlyList<CameraReport> Video(IVideoKernel kernel)
    {
        var reports = new List<CameraReport>();
        foreach (VideoNode node in kernel.Nodes())
        {
            string source =
                "v4l2:" + (node.Links.FirstOrDefault(link => link.StartsWith("/dev/v4l/by-id/", StringComparison.Ordinal)) ?? node.Path);
            try
            {
                using VideoDevice device = VideoDevice.Open(kernel, node.Path, "v4l2:" + node.Path);
                if (!device.CanCapture)
                    continue;
                reports.Add(
                    new CameraReport(
                        source,
                        node.Path,
                        device.Card,
                        device.Bus,
                        null,
                        [.. VideoFormats.Read(device).Select(Report)],
                        [.. VideoControls.Read(device).Select(Report)]
                    )
                );
            }
            catch (CameraException exception)
            {
                reports.Add(
                    new CameraReport(
                        source,
                        node.Path,
                        node.Name,
                        null,
                        exception.Fix is null ? exception.Message : $"{exception.Message} {exception.Fix}",
                        [],
                        []
                    )
                );
            }
        }

        return reports;
    }

    private static CameraFormatReport Report(VideoFormatChoice format) =>
        new(
            FourCc.Name(format.Code),
            FourCc.Known.Contains(format.Code),
            [
                .. format.Sizes.Select(size => new CameraSizeReport(
                    size.Width,
                    size.Height,
                    [.. size.Rates.Select(rate => Math.Round(rate, 2))]
                )),
            ]
        );

    private static CameraControlReport Report(VideoControl control) =>
        new(
            control.Name,
            control.Minimum,
            control.Maximum,
            control.Default,
            control.Value,
            control.Inactive,
            control.Choices.Count > 0 ? control.Choices : null
        );
}
