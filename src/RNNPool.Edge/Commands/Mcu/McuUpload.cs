using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using RNNPool.Edge.Coprocessor;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Messages;
using Spectre.Console;

namespace RNNPool.Edge.Commands.Mcu;

/// <summary><c>rnnpool-edge mcu upload</c>: brings a model to the coprocessor and makes it the one in use.</summary>
internal static class McuUpload
{
    public static (Command Command, string Examples) Build(Terminal terminal)
    {
        var model = new Argument<string?>("MODEL") { Description = "A package (model.rnnp), a model folder or the name of a bundled model; the configured model when left out.", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "Print JSON instead of a sentence." };
        var command = new Command("upload", "Upload a model, verify it and make it the one in use; goes on where an earlier upload was cut.") { model, json };
        McuArguments arguments = McuArguments.AddTo(command, model: false);
        command.SetAction((result, cancellationToken) => McuCommand.RunAsync(arguments, result, async session =>
        {
            DeviceModel package = session.LoadModel(result.GetValue(model));
            McuUploadReport report = await UploadAsync(session, package, terminal, cancellationToken).ConfigureAwait(false);
            if (result.GetValue(json)) McuJson.Print(terminal, report, McuJson.Default.McuUploadReport);
            else terminal.WriteLine(Sentence(report));
            return ExitCode.Ok;
        }, cancellationToken));
        return (command, """
              rnnpool-edge mcu upload
              rnnpool-edge mcu upload ./models/face-qvga/model.rnnp
            """);
    }

    private static async Task<McuUploadReport> UploadAsync(McuSession session, DeviceModel package, Terminal terminal, CancellationToken cancellationToken)
    {
        int bytes = package.Package.Data.Length;
        if (session.Info.ActiveModel is { } active && active.Sha256 == package.Sha256) return Report(active, false, 0);
        long start = Stopwatch.GetTimestamp();
        SlotInfo slot;
        if (Console.IsErrorRedirected)
        {
            slot = await session.Client.UploadAsync(package.Package.Data, new Steps(terminal), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            slot = await terminal.Error.Progress()
                .AutoClear(true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
                .StartAsync(context =>
                {
                    ProgressTask task = context.AddTask(Markup.Escape(package.Text), maxValue: bytes);
                    return session.Client.UploadAsync(package.Package.Data, new Bar(task), cancellationToken);
                }).ConfigureAwait(false);
        }

        return Report(slot, true, Stopwatch.GetElapsedTime(start).TotalSeconds);

        McuUploadReport Report(SlotInfo used, bool uploaded, double seconds) => new(
            package.Package.Header.Name, package.Sha256, bytes, McuInfo.SlotName(used.Slot), uploaded, Math.Round(seconds, 2), seconds > 0 ? Math.Round(bytes / seconds) : 0);
    }

    private static string Sentence(McuUploadReport report) => report.Uploaded
        ? string.Create(CultureInfo.InvariantCulture, $"The coprocessor runs {report.Model} {report.Sha256[..12]} now, from slot {report.Slot}: {report.Bytes} bytes in {report.Seconds:0.0} s.")
        : $"The coprocessor runs {report.Model} {report.Sha256[..12]} already; nothing was uploaded.";

    private sealed class Bar(ProgressTask task) : IProgress<UploadProgress>
    {
        public void Report(UploadProgress value) => task.Value = value.Stored;
    }

    /// <summary>A line for every tenth, where no bar can be drawn.</summary>
    private sealed class Steps(Terminal terminal) : IProgress<UploadProgress>
    {
        private readonly long _start = Stopwatch.GetTimestamp();
        private long _from = -1;
        private int _tenth;

        public void Report(UploadProgress value)
        {
            if (_from < 0) _from = value.Stored;
            int tenth = (int)(10L * value.Stored / Math.Max(1, value.Total));
            if (tenth == _tenth) return;
            _tenth = tenth;
            double rate = (value.Stored - _from) / Math.Max(0.001, Stopwatch.GetElapsedTime(_start).TotalSeconds);
            string left = rate > 0 ? string.Create(CultureInfo.InvariantCulture, $", about {(value.Total - value.Stored) / rate:0} s left") : "";
            terminal.Error.WriteLine($"{tenth * 10} %: {value.Stored} of {value.Total} bytes{left}");
        }
    }
}
