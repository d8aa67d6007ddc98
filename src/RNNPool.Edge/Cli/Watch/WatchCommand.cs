using System.CommandLine;
using RNNPool.Edge.Core;
using RNNPool.Edge.Settings;

namespace RNNPool.Edge.Cli.Watch;

/// <summary><c>rnnpool-edge watch</c>: prints state and events of a running device.</summary>
internal static class WatchCommand
{
    public static (Command Command, string Examples) Build(Terminal terminal, IDeviceComposer composer)
    {
        var url = new Option<string?>("--url")
        {
            Description = "Address of the device, such as https://door.example.org:8443; by default this machine with the configured port.",
            HelpName = "URL",
        };
        var token = new Option<string?>("--token")
        {
            Description = $"API token. Other users of this machine can see it; a file is safer, or {WatchTarget.TokenVariable}.",
            HelpName = "TOKEN",
        };
        var tokenFile = new Option<FileInfo?>("--token-file") { Description = "File that holds an API token.", HelpName = "FILE" };
        var once = new Option<bool>("--once") { Description = "Print the present state and exit." };
        Option<bool> json = Terminal.JsonOption("text, an object a line");
        var command = new Command(
            "watch",
            "Watch a running device until Ctrl-C: on a terminal its state and newest events, otherwise one line for each event."
        )
        {
            url,
            token,
            tokenFile,
            once,
            json,
        };
        SharedOptions shared = SharedOptions.AddToPlain(command, composer);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                Uri address = result.GetValue(url) is { } text
                    ? WatchTarget.ParseAddress(text)
                    : WatchTarget.LocalAddress(shared.Load(result));
                string? secret = WatchTarget.ReadToken(result.GetValue(token), result.GetValue(tokenFile));
                if (secret is not null && address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback)
                    terminal.Hint($"The token crosses the network to {address.Host} unencrypted.");
                using var client = new DeviceClient(address, secret, TimeProvider.System);
                var output = new WatchOutput(terminal, client);
                try
                {
                    if (result.GetValue(once))
                        await output.PrintOnceAsync(result.GetValue(json), cancellationToken).ConfigureAwait(false);
                    else if (result.GetValue(json) || !terminal.Draws)
                        await output.LinesAsync(result.GetValue(json), cancellationToken).ConfigureAwait(false);
                    else
                        await output.ScreenAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (DeviceException exception)
                {
                    throw new CommandException(exception.Message, exception.Hint, ExitCode.Failure, exception);
                }
                catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                {
                    // Ctrl-C is the normal end.
                }

                return ExitCode.Ok;
            }
        );
        return (
            command,
            """
              rnnpool-edge watch
              rnnpool-edge watch --once --json
              rnnpool-edge watch --url https://door.example.org:8443 --token-file ~/.config/door.token
              rnnpool-edge watch --json | jq -c 'select(.kind == "event").event'
            """
        );
    }
}
