using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Threading.Channels;
using Spectre.Console.Rendering;

namespace RNNPool.Edge.Cli.Watch;

/// <summary>Prints the state and the events of a device: once, as lines, or on a screen that is redrawn.</summary>
internal sealed class WatchOutput(Terminal terminal, DeviceClient client)
{
    private const int QueueLength = 256;

    private static readonly TimeSpan DrawInterval = TimeSpan.FromMilliseconds(100),
        ClockInterval = TimeSpan.FromSeconds(1);

    public async Task PrintOnceAsync(bool json, CancellationToken cancellationToken)
    {
        string state = await client.StateAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (json)
            {
                Print(new WatchLine("state", State: Element(state)));
                return;
            }

            var view = new WatchView(client.Address, TimeProvider.System);
            view.Update(new WatchUpdate.StateChanged(JsonSerializer.Deserialize(state, WatchJson.Default.WatchState)!, state));
            foreach (IReadOnlyList<Segment> line in view.Lines(terminal.Output.Profile.Width, int.MaxValue, events: false))
            {
                terminal.Output.Write(new Line(line));
            }
        }
        catch (JsonException exception)
        {
            throw client.NotADevice(exception);
        }
    }

    public async Task LinesAsync(bool json, CancellationToken cancellationToken)
    {
        await FollowAsync(
                0,
                async reader =>
                {
                    await foreach (WatchUpdate update in reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                    {
                        switch (update)
                        {
                            case WatchUpdate.EventReceived received when json:
                                Print(new WatchLine("event", Event: Element(received.Json)));
                                break;
                            case WatchUpdate.EventReceived received:
                                terminal.WriteLine(EventLine.Format(received.Event));
                                break;
                            case WatchUpdate.StateChanged state when json:
                                Print(new WatchLine("state", State: Element(state.Json)));
                                break;
                            case WatchUpdate.Lost lost when json:
                                Print(new WatchLine("lost", Message: lost.Reason));
                                break;
                            case WatchUpdate.Reconnected when json:
                                Print(new WatchLine("back"));
                                break;
                            case WatchUpdate.Lost lost:
                                terminal.Hint(
                                    string.Create(
                                        CultureInfo.InvariantCulture,
                                        $"{lost.Reason} Trying again in {lost.Wait.TotalSeconds:0.#} s."
                                    )
                                );
                                break;
                            case WatchUpdate.Reconnected:
                                terminal.Hint("The device is back.");
                                break;
                        }
                    }
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    public async Task ScreenAsync(CancellationToken cancellationToken)
    {
        var view = new WatchView(client.Address, TimeProvider.System);
        await FollowAsync(
                WatchView.MostEvents,
                async reader =>
                {
                    // The screen is opened after the first answer, so that earlier errors appear in the terminal's normal screen.
                    if (!await reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
                        return;
                    using var resized = new SemaphoreSlim(0);
                    using PosixSignalRegistration size = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => resized.Release());
                    using var screen = new LiveScreen(terminal.Output);
                    while (true)
                    {
                        while (reader.TryRead(out WatchUpdate? update))
                            view.Update(update);

                        // Text in the last line would scroll the screen.
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
                            // Ages on the screen change every second.
                        }
                    }
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>Passes the events of the device to <paramref name="show"/> until one of the two ends.</summary>
    private async Task FollowAsync(int past, Func<ChannelReader<WatchUpdate>, Task> show, CancellationToken cancellationToken)
    {
        var updates = Channel.CreateBounded<WatchUpdate>(QueueLength);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task feed = ListenAsync();
        try
        {
            await show(updates.Reader).ConfigureAwait(false);
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
                await new WatchFeed(client, TimeProvider.System).RunAsync(past, updates.Writer, end.Token).ConfigureAwait(false);
            }
            finally
            {
                updates.Writer.TryComplete();
            }
        }
    }

    private void Print(WatchLine line) => terminal.WriteJson(line, WatchJson.Default.WatchLine);

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
