using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Threading.Channels;
using RNNPool.Edge.Core;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Web;
using Spectre.Console.Rendering;

namespace RNNPool.Edge.Cli.Watch;

/// <summary><c>rnnpool-edge watch</c>: state and events of a device that runs, as they come.</summary>
internal static class WatchCommand
{
    /// <summary>Holds an API token.</summary>
    public const string TokenVariable = SettingsLoader.EnvironmentPrefix + "TOKEN";

    private const int MaxToken = 512,
        QueueLength = 256;

    private static readonly TimeSpan DrawInterval = TimeSpan.FromMilliseconds(100),
        ClockInterval = TimeSpan.FromSeconds(1);

    public static (Command Command, string Examples) Build(Terminal terminal, IDeviceComposer composer)
    {
        var url = new Option<string?>("--url")
        {
            Description =
                "Address of the device, such as https://door.example.org:8443; this machine's with the port of the settings when left out.",
            HelpName = "URL",
        };
        var token = new Option<string?>("--token")
        {
            Description = $"API token, which others on this machine may see; better in a file or in {TokenVariable}.",
            HelpName = "TOKEN",
        };
        var tokenFile = new Option<FileInfo?>("--token-file") { Description = "File that holds an API token.", HelpName = "FILE" };
        var once = new Option<bool>("--once") { Description = "Show the state as it is now, and end." };
        Option<bool> json = Terminal.JsonOption("text, an object a line");
        var command = new Command(
            "watch",
            "Watch a device that runs: on a terminal its state and newest events, elsewhere a line for each event; until Ctrl-C."
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
                Uri address = result.GetValue(url) is { } text ? Address(text) : Local(shared.Load(result));
                string? secret = Token(result.GetValue(token), result.GetValue(tokenFile));
                if (secret is not null && address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback)
                    terminal.Hint($"The token crosses the network to {address.Host} in the clear.");
                using var client = new DeviceClient(address, secret, TimeProvider.System);
                try
                {
                    if (result.GetValue(once))
                        await OnceAsync(terminal, client, result.GetValue(json), cancellationToken).ConfigureAwait(false);
                    else if (result.GetValue(json) || !terminal.Draws)
                        await LinesAsync(terminal, client, result.GetValue(json), cancellationToken).ConfigureAwait(false);
                    else
                        await ScreenAsync(terminal, client, cancellationToken).ConfigureAwait(false);
                }
                catch (DeviceException exception)
                {
                    throw new CommandException(exception.Message, exception.Hint, ExitCode.Failure, exception);
                }
                catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                {
                    // Ctrl-C is how it ends
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

    /// <summary>The address with a slash at the end.</summary>
    /// <exception cref="CommandException">It is none.</exception>
    internal static Uri Address(string text)
    {
        if (
            Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            && uri.UserInfo.Length == 0
            && uri.Query.Length == 0
            && uri.Fragment.Length == 0
        )
        {
            return uri.AbsolutePath.EndsWith('/') ? uri : new Uri(uri.AbsoluteUri + "/");
        }

        throw new CommandException(
            $"--url is '{SettingRules.Printable(text)}'; it must be an address such as http://127.0.0.1:8760 or https://door.example.org:8443.",
            "A token is given with --token-file, not in the address.",
            ExitCode.Usage
        );
    }

    private static Uri Local(DeviceSettings settings)
    {
        string? set = settings.Values.GetValueOrDefault($"{WebOptions.SectionName}:{nameof(WebOptions.Port)}").Value;
        int port = set is null ? new WebOptions().Port : int.Parse(set, CultureInfo.InvariantCulture);
        return port != 0
            ? new UriBuilder(Uri.UriSchemeHttp, IPAddress.Loopback.ToString(), port, "/").Uri
            : throw new CommandException(
                "Web:Port is 0, so that the device takes any free port.",
                "Its log says which one; name it with --url http://127.0.0.1:PORT.",
                ExitCode.Usage
            );
    }

    /// <exception cref="CommandException">There is none where one should be.</exception>
    private static string? Token(string? given, FileInfo? file)
    {
        if (given is not null && file is not null)
            throw new CommandException("--token and --token-file are both given.", "Leave one of them out.", ExitCode.Usage);
        string? token = given ?? (file is not null ? Read(file) : Environment.GetEnvironmentVariable(TokenVariable));
        if (string.IsNullOrEmpty(token) && given is null && file is null)
            return null;
        return token!.Length is > 0 and <= MaxToken && token.All(c => c is > ' ' and < '\u007f')
            ? token
            : throw new CommandException(
                "That is no API token.",
                "A token begins with rnnp_; the page makes them under Access.",
                ExitCode.Usage
            );
    }

    private static string Read(FileInfo file)
    {
        try
        {
            using StreamReader reader = file.OpenText();
            char[] buffer = new char[MaxToken + 2];
            return new string(buffer, 0, reader.ReadBlock(buffer)).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                $"The token file {file.FullName} cannot be read: {exception.Message.TrimEnd('.')}.",
                "Check --token-file.",
                ExitCode.Failure,
                exception
            );
        }
    }

    private static async Task OnceAsync(Terminal terminal, DeviceClient client, bool json, CancellationToken cancellationToken)
    {
        string state = await client.StateAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (json)
            {
                Print(terminal, new WatchLine("state", State: Element(state)));
                return;
            }

            var view = new WatchView(client.Address, TimeProvider.System);
            view.Take(new WatchNews.StateIs(JsonSerializer.Deserialize(state, WatchJson.Default.WatchState)!, state));
            foreach (IReadOnlyList<Segment> line in view.Lines(terminal.Output.Profile.Width, int.MaxValue, events: false))
            {
                terminal.Output.Write(new Line(line));
            }
        }
        catch (JsonException exception)
        {
            throw client.Stranger(exception);
        }
    }

    private static async Task LinesAsync(Terminal terminal, DeviceClient client, bool json, CancellationToken cancellationToken)
    {
        await FollowAsync(
                client,
                0,
                async reader =>
                {
                    await foreach (WatchNews news in reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                    {
                        switch (news)
                        {
                            case WatchNews.Happened happened when json:
                                Print(terminal, new WatchLine("event", Event: Element(happened.Json)));
                                break;
                            case WatchNews.Happened happened:
                                terminal.WriteLine(EventLine.Of(happened.Event));
                                break;
                            case WatchNews.StateIs state when json:
                                Print(terminal, new WatchLine("state", State: Element(state.Json)));
                                break;
                            case WatchNews.Lost lost when json:
                                Print(terminal, new WatchLine("lost", Message: lost.Reason));
                                break;
                            case WatchNews.Back when json:
                                Print(terminal, new WatchLine("back"));
                                break;
                            case WatchNews.Lost lost:
                                terminal.Hint(
                                    string.Create(
                                        CultureInfo.InvariantCulture,
                                        $"{lost.Reason} Trying again in {lost.Wait.TotalSeconds:0.#} s."
                                    )
                                );
                                break;
                            case WatchNews.Back:
                                terminal.Hint("The device is back.");
                                break;
                        }
                    }
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private static async Task ScreenAsync(Terminal terminal, DeviceClient client, CancellationToken cancellationToken)
    {
        var view = new WatchView(client.Address, TimeProvider.System);
        await FollowAsync(
                client,
                WatchView.MostEvents,
                async reader =>
                {
                    // Nothing is drawn before the device has answered: what is wrong until then is said where the command was typed.
                    if (!await reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
                        return;
                    using var resized = new SemaphoreSlim(0);
                    using PosixSignalRegistration size = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => resized.Release());
                    using var screen = new LiveScreen(terminal.Output);
                    while (true)
                    {
                        while (reader.TryRead(out WatchNews? news))
                            view.Take(news);

                        // The last line stays empty: what ends there would make the screen scroll.
                        screen.Draw(view.Lines(terminal.Output.Profile.Width, terminal.Output.Profile.Height - 1));
                        await Task.Delay(DrawInterval, cancellationToken).ConfigureAwait(false);
                        using var tick = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                        tick.CancelAfter(ClockInterval);
                        try
                        {
                            Task<bool> more = reader.WaitToReadAsync(tick.Token).AsTask();
                            Task first = await Task.WhenAny(more, resized.WaitAsync(tick.Token)).ConfigureAwait(false);
                            await first.ConfigureAwait(false);
                            if (first == more && !await more.ConfigureAwait(false))
                                return;
                        }
                        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                        {
                            // A second has passed: ages and waits have changed.
                        }
                    }
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>Listens, and has what comes shown; ends with whichever ends first.</summary>
    private static async Task FollowAsync(
        DeviceClient client,
        int past,
        Func<ChannelReader<WatchNews>, Task> show,
        CancellationToken cancellationToken
    )
    {
        var news = Channel.CreateBounded<WatchNews>(QueueLength);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task feed = ListenAsync();
        try
        {
            await show(news.Reader).ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await feed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await feed.ConfigureAwait(false);

        async Task ListenAsync()
        {
            try
            {
                await new WatchFeed(client, TimeProvider.System).RunAsync(past, news.Writer, end.Token).ConfigureAwait(false);
            }
            finally
            {
                news.Writer.TryComplete();
            }
        }
    }

    private static void Print(Terminal terminal, WatchLine line) => terminal.WriteJson(line, WatchJson.Default.WatchLine);

    private static JsonElement Element(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private sealed class Line(IReadOnlyList<Segment> segments) : Renderable
    {
        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => segments.Append(Segment.LineBreak);
    }
}
