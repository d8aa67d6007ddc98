using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Cli.Watch;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Pipeline.Inference;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Tests.Cli.Watch;

/// <summary>
/// The device is the real one over HTTP. The clock of the feed is virtual and is not the device's: it stands still while the feed talks
/// to the device, because the feed limits the time of its requests and a request takes real time.
/// </summary>
public sealed class WatchFeedTests : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Shorter than the time limit of a request, and long enough for the feed to start its delay after it has reported a loss.
    /// </summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new(Samples.Noon);
    private readonly Channel<WatchUpdate> _updates = Channel.CreateUnbounded<WatchUpdate>();
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly List<DeviceClient> _clients = [];
    private readonly List<WatchUpdate> _buffered = [];
    private Task _feed = Task.CompletedTask;
    private TimeSpan _retry;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _feed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (DeviceClient client in _clients)
            client.Dispose();
        _end.Dispose();
    }

    [Fact]
    public async Task State_figures_and_events_come_and_past_events_first()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        await FaceAsync(device);
        Watch(device.Client.BaseAddress!, past: 10);

        var past = await NextAsync<WatchUpdate.EventReceived>(device);
        WatchUpdate.StateChanged state = await NextAsync<WatchUpdate.StateChanged>(device);
        await NextAsync<WatchUpdate.Figures>(device);
        device.Detector.Found = [];
        await EndAsync(device);
        var later = await NextAsync<WatchUpdate.EventReceived>(device, IsEnd);

        Assert.Equal(("new", true), (Kind(past), state.State.Occupied));
        Assert.Equal(past.Event.Id, later.Event.Id);
        Assert.Contains("\"type\":\"end\"", later.Json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_that_went_away_is_found_again_and_the_events_in_between_are_told_once()
    {
        DeviceFixture device = await DeviceFixture.StartAsync();
        Uri address = device.Client.BaseAddress!;
        Watch(address, past: 0);
        await NextAsync<WatchUpdate.StateChanged>(device);
        await device.StopAsync();
        await device.DisposeAsync();

        var first = await NextAsync<WatchUpdate.Lost>(null);
        var second = await NextAsync<WatchUpdate.Lost>(null);
        Assert.Equal((WatchFeed.FirstWait, 2 * WatchFeed.FirstWait), (first.Wait, second.Wait));

        await using DeviceFixture again = await DeviceFixture.StartAsync(null, ("Web:Port", $"{address.Port}"));
        await FaceAsync(again);
        var missed = await NextAsync<WatchUpdate.EventReceived>(again);
        await NextAsync<WatchUpdate.Reconnected>(again);
        again.Detector.Found = [];
        await EndAsync(again);

        Assert.Equal("new", Kind(missed));
        await NextAsync<WatchUpdate.EventReceived>(again, IsEnd);
        Assert.Single(_buffered.OfType<WatchUpdate.EventReceived>().Append(missed), received => Kind(received) == "new");
    }

    [Fact]
    public async Task A_device_that_says_nothing_is_lost()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        Watch(device.Client.BaseAddress!, past: 0);
        await NextAsync<WatchUpdate.StateChanged>(device);

        // The device's own clock stands still: its next message never comes.
        var lost = await NextAsync<WatchUpdate.Lost>(null);

        Assert.Contains("15 s", lost.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_that_answers_at_first_is_an_error_with_a_hint()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        int port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        Watch(new Uri($"http://127.0.0.1:{port}/"), past: 0);

        var failure = await Assert.ThrowsAsync<DeviceException>(() => _feed);

        Sentence.AssertNames(failure.Message, $"http://127.0.0.1:{port}/");
        Sentence.AssertNames(failure.Hint, "rnnpool-edge|--url");
    }

    [Fact]
    public async Task A_device_with_a_password_wants_a_token()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        var store = device.Service<AccessStore>();
        store.SetPassword("a long password");
        Watch(device.Client.BaseAddress!, past: 0);
        var noToken = await Assert.ThrowsAsync<DeviceException>(() => _feed);
        Watch(device.Client.BaseAddress!, past: 0, "rnnp_" + new string('0', 64));
        var wrongToken = await Assert.ThrowsAsync<DeviceException>(() => _feed);
        Watch(device.Client.BaseAddress!, past: 0, store.AddToken("watch")!.Value.Token);

        await NextAsync<WatchUpdate.StateChanged>(device);
        Assert.True(noToken.Permanent && wrongToken.Permanent);
        Assert.Contains("--token-file", noToken.Hint, StringComparison.Ordinal);
    }

    private void Watch(Uri address, int past, string? token = null)
    {
        var client = new DeviceClient(address, token, _time);
        _clients.Add(client);
        _feed = new WatchFeed(client, _time).RunAsync(past, _updates.Writer, _end.Token);
    }

    /// <summary>
    /// Waits for the next update of a kind; other updates stay in the buffer. Meanwhile the device processes frames, and the clock of the
    /// feed advances only as far as its next attempt needs; without a device, only the clock of the feed advances.
    /// </summary>
    private async Task<T> NextAsync<T>(DeviceFixture? device, Func<T, bool>? wanted = null)
        where T : WatchUpdate
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            if (_feed.IsFaulted)
                throw _feed.Exception!;
            while (_updates.Reader.TryRead(out WatchUpdate? update))
            {
                _buffered.Add(update);
                if (update is WatchUpdate.Lost lost)
                    _retry = lost.Wait + Margin;
            }

            if (_buffered.OfType<T>().FirstOrDefault(wanted ?? (static _ => true)) is { } found)
            {
                _buffered.Remove(found);
                return found;
            }

            Assert.True(Stopwatch.GetElapsedTime(start) < Wait.Patience, typeof(T).Name);
            if (device is not null)
                await device.FrameAsync(Step.TotalSeconds);
            if (device is not null && _retry <= TimeSpan.Zero)
                continue;
            await Wait.StepAsync(_time, Step);
            _retry -= Step;
        }
    }

    private static async Task FaceAsync(DeviceFixture device)
    {
        device.Detector.Found = [FakeDetector.Face()];
        for (int i = 0; i < 4; i++)
            await device.FrameAsync();
        await Wait.UntilAsync(() => device.History.Total > 0, "an event");
    }

    private static async Task EndAsync(DeviceFixture device)
    {
        for (int i = 0; i < 15; i++)
            await device.FrameAsync(0.5);
    }

    private static bool IsEnd(WatchUpdate.EventReceived received) => Kind(received) == "end";

    private static string Kind(WatchUpdate.EventReceived received) => RNNPool.Edge.Cli.EventLine.Kind(received.Event);
}
