using System.CommandLine;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Settings;

namespace RNNPool.Edge.Cli.Mcu;

/// <summary><c>rnnpool-edge mcu ...</c>: uses a coprocessor without the device.</summary>
internal static class McuCommand
{
    /// <summary>The command and its subcommands, the command itself first.</summary>
    public static IReadOnlyList<(Command Command, string Examples)> Build(Terminal terminal, IDeviceComposer composer)
    {
        var mcu = new Command("mcu", "Use a coprocessor directly: description, model upload, detections, speed and log messages.");
        (Command Command, string Examples)[] parts =
        [
            McuInfo.Build(terminal, composer),
            McuUpload.Build(terminal, composer),
            McuDetect.Build(terminal, composer),
            McuBench.Build(terminal, composer),
            McuMonitor.Build(terminal, composer),
        ];
        foreach ((Command command, _) in parts)
            mcu.Add(command);
        return
        [
            (
                mcu,
                """
                  rnnpool-edge mcu info --endpoint "serial:///dev/serial/by-id/usb-FTDI_FT232R_A50285BI-if00-port0?baud=921600"
                  rnnpool-edge mcu upload face-qvga
                  rnnpool-edge mcu detect portrait.jpg
                  RNNPOOL_EDGE_COPROCESSOR__ENDPOINT=unix:///run/mcu.sock rnnpool-edge mcu bench
                """
            ),
            .. parts,
        ];
    }

    /// <summary>Opens the link and runs the work. Errors of the link and the coprocessor become errors of the command.</summary>
    public static async Task<int> RunAsync(
        McuArguments arguments,
        ParseResult result,
        Func<McuSession, Task<int>> work,
        CancellationToken cancellationToken
    )
    {
        using Composition<ModelSettings> settings = arguments.Load(result);
        try
        {
            McuSession session = await McuSession
                .OpenAsync(settings.Root, arguments.UseRowCode(result), cancellationToken)
                .ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
            {
                return await work(session).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is CoprocessorException or TimeoutException)
        {
            throw new CommandException(exception.Message, innerException: exception);
        }
    }
}
