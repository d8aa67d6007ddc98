using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Settings;

namespace RNNPool.Edge.Cli.Mcu;

/// <summary><c>rnnpool-edge mcu upload</c>: uploads a model to the coprocessor and activates it.</summary>
internal static class McuUpload
{
    public static (Command Command, string Examples) Build(Terminal terminal, IDeviceComposer composer)
    {
        var model = new Argument<string?>("MODEL")
        {
            Description = "A package (model.rnnp), a model folder or the name of a bundled model; by default the configured model.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var json = Terminal.JsonOption("a sentence");
        var command = new Command("upload", "Upload a model, verify and activate it. An interrupted upload continues where it stopped.")
        {
            model,
            json,
        };
        McuArguments arguments = McuArguments.AddTo(command, composer, model: false);
        command.SetAction(
            (result, cancellationToken) =>
                McuCommand.RunAsync(
                    arguments,
                    result,
                    async session =>
                    {
                        DeviceModel package = session.LoadModel(result.GetValue(model));
                        McuUploadReport report = await UploadAsync(session, package, terminal, cancellationToken).ConfigureAwait(false);
                        if (result.GetValue(json))
                            terminal.WriteJson(report, McuJson.Default.McuUploadReport);
                        else
                            terminal.WriteLine(Sentence(report));
                        return ExitCode.Ok;
                    },
                    cancellationToken
                )
        );
        return (
            command,
            """
              rnnpool-edge mcu upload
              rnnpool-edge mcu upload ./models/face-qvga/model.rnnp
            """
        );
    }

    private static async Task<McuUploadReport> UploadAsync(
        McuSession session,
        DeviceModel package,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        int bytes = package.Package.Data.Length;
        if (session.Info.ActiveModel is { } active && active.Sha256 == package.Sha256)
            return Report(active, false, 0);
        if (session.Info.WorkObstacle(package.Package.Work) is { } obstacle)
            throw new CoprocessorException(DeviceStatus.TooMuchWork, $"The coprocessor cannot run {package.Text}: {obstacle}");
        long start = Stopwatch.GetTimestamp();
        SlotInfo slot = await ProgressLine
            .RunAsync(
                terminal,
                package.Text,
                bytes,
                advance => session.Client.UploadAsync(package.Package.Data, new Stored(advance), cancellationToken),
                bytes: true
            )
            .ConfigureAwait(false);
        return Report(slot, true, Stopwatch.GetElapsedTime(start).TotalSeconds);

        McuUploadReport Report(SlotInfo used, bool uploaded, double seconds) =>
            new(
                package.Package.Header.Name,
                package.Sha256,
                bytes,
                McuInfo.SlotName(used.Slot),
                uploaded,
                Math.Round(seconds, 2),
                seconds > 0 ? Math.Round(bytes / seconds) : 0
            );
    }

    private static string Sentence(McuUploadReport report) =>
        report.Uploaded
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"The coprocessor runs {report.Model} {report.Sha256[..12]} from slot {report.Slot}: "
                    + $"{report.Bytes} bytes in {report.Seconds:0.0} s."
            )
            : $"The coprocessor runs {report.Model} {report.Sha256[..12]} already; nothing was uploaded.";

    private sealed class Stored(Action<double> advance) : IProgress<UploadProgress>
    {
        public void Report(UploadProgress value) => advance(value.Stored);
    }
}
