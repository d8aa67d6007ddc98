using System.IO.Compression;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Pictures;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Sinks.Mqtt.Commands;
using RNNPool.Edge.Sinks.Notify;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Pipeline.Inference;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Tests.Web.Sockets;
using RNNPool.Edge.Vision.Presence;
using RNNPool.Edge.Web.Live;

namespace RNNPool.Edge.Tests.Web;

/// <summary>
/// Every component that holds or sends pictures discards them within a second after Device:AllowImages is switched off while the device
/// runs. The first test lists the components; the others show the effect at the outside.
/// </summary>
public sealed class ImageHolderTests : IDisposable
{
    /// <summary>
    /// How each holder gets a picture; the result is whether it holds one then. The last one takes no frames while it waits for one.
    /// </summary>
    private static readonly (Type Holder, Func<DeviceFixture, Task<bool>> FillAsync)[] Fillings =
    [
        (typeof(LivePictures), WatchAsync),
        (typeof(EventJournal), AppearAsync),
        (typeof(PresencePictures), device => HoldAsync(device, device.Service<PresencePictures>())),
        (typeof(PictureTopics), device => HoldAsync(device, device.Service<PictureTopics>())),
        (typeof(SnapshotTopics), device =>
            Task.FromResult(device.Service<SnapshotTopics>().TryPublish(device.Camera.Name, [0xFF, 0xD8, 0xFF, 0xD9]))
        ),
        (typeof(NotifyPictures), SendAsync),
        (typeof(CameraPreview), PreviewAsync),
    ];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_holder_is_registered_and_filled_by_the_test_below()
    {
        await using DeviceFixture device = await StartAsync();
        Type[] types =
        [
            .. typeof(IImageHolder)
                .Assembly.GetTypes()
                .Where(type => type.IsClass && !type.IsAbstract && typeof(IImageHolder).IsAssignableFrom(type)),
        ];
        IImageHolder[] registered = [.. device.Service<IServiceProvider>().GetServices<IImageHolder>()];

        Assert.Equal(Names(types), Names(registered.Select(holder => holder.GetType())));
        Assert.Equal(Names(types), Names(Fillings.Select(filling => filling.Holder)));
        Assert.Equal(registered.Length, registered.Select(holder => holder.HolderName).Distinct(StringComparer.Ordinal).Count());
        foreach (IImageHolder holder in registered)
            Assert.False(holder.HoldsImages, holder.HolderName);

        static IEnumerable<string> Names(IEnumerable<Type> types) => types.Select(type => type.Name).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task All_holders_are_empty_within_a_second_and_stay_empty()
    {
        await using DeviceFixture device = await StartAsync();
        IImageHolder[] holders = [.. device.Service<IServiceProvider>().GetServices<IImageHolder>()];
        foreach ((Type holder, Func<DeviceFixture, Task<bool>> fillAsync) in Fillings)
            Assert.True(await fillAsync(device), holder.Name);
        Assert.All(holders, holder => Assert.True(holder.HoldsImages, holder.HolderName));

        await WithdrawAsync(device);

        await Wait.FallsDueAsync(
            device.Time,
            TimeSpan.FromMilliseconds(100),
            0,
            1,
            () => holders.All(holder => !holder.HoldsImages),
            "all holders are empty"
        );

        foreach ((Type holder, Func<DeviceFixture, Task<bool>> fillAsync) in Fillings)
            Assert.False(await fillAsync(device), holder.Name);
        await device.FrameAsync();
        await Wait.PassAsync(device.Time, TimeSpan.FromMilliseconds(250), 2);
        Assert.All(holders, holder => Assert.False(holder.HoldsImages, holder.HolderName));
    }

    [Fact]
    public void A_holder_that_fails_does_not_keep_the_others_from_discarding_their_pictures()
    {
        var device = new StaticLive<DeviceOptions>(new DeviceOptions { AllowImages = true });
        using var policy = new ImagePolicy(device);
        var seen = new List<bool>();
        policy.Changed += _ => throw new InvalidOperationException("first");
        policy.Changed += seen.Add;
        policy.Changed += _ => throw new InvalidOperationException("last");

        var failure = Assert.Throws<AggregateException>(() => device.Current = new DeviceOptions());

        Assert.Equal([false], seen);
        Assert.Equal(["first", "last"], failure.InnerExceptions.Select(exception => exception.Message));
    }

    [Fact]
    public async Task A_viewer_elsewhere_is_disconnected_and_one_on_this_machine_is_not()
    {
        await using DeviceFixture device = await StartAsync();
        using HttpResponseMessage local = await OpenAsync(device, "/api/live.mjpg");
        var live = device.Service<LivePictures>();
        using LiveViewer remote = live.Join(LiveFormat.For(640, boxes: false), 15, needsPermission: true)!;
        await Wait.UntilAsync(() => live.Viewers == 2, "two viewers");

        await WithdrawAsync(device);

        await Wait.UntilAsync(() => live.Viewers == 1, "one viewer is left");
        Assert.True(remote.Withdrawn.IsCancellationRequested);
        Assert.Null(await Record.ExceptionAsync(() => device.FrameAsync()));
        using HttpResponseMessage still = await OpenAsync(device, "/api/live.mjpg");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (local.StatusCode, still.StatusCode));
    }

    [Theory]
    [InlineData("/api/live.mjpg")]
    [InlineData("/api/live.jpg")]
    public async Task A_picture_that_is_on_its_way_to_another_machine_does_not_arrive(string path)
    {
        await using DeviceFixture device = await StartAsync("Proxies");
        device.Service<RNNPool.Edge.Web.Access.AccessStore>().SetPassword("correct horse battery");
        using var remote = new Browser(device);
        remote.Client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        Assert.Equal(HttpStatusCode.OK, (await remote.SignInAsync("correct horse battery")).Status);
        Task<HttpResponseMessage> opening = remote.OpenAsync(path);
        var live = device.Service<LivePictures>();
        await Wait.UntilAsync(() => live.HoldsImages, "the viewer has joined");

        await WithdrawAsync(device);

        using HttpResponseMessage response = await opening;
        if (path.EndsWith(".jpg", StringComparison.Ordinal))
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        else
            await Record.ExceptionAsync(() =>
                response.Content.CopyToAsync(Stream.Null, Cancellation).WaitAsync(TimeSpan.FromSeconds(20), Cancellation)
            );
        await Wait.UntilAsync(() => !live.HoldsImages, "the viewer has left");
        foreach (
            string other in new[]
            {
                "/api/live.jpg",
                "/api/live.mjpg",
                "/api/cameras/preview.jpg?source=synthetic:",
                "/api/events/none/thumbnail.jpg",
                "/api/events/none/picture.jpg",
                "/api/events/none/crop.jpg",
                "/api/events/none/picture",
            }
        )
        {
            using HttpResponseMessage refused = await remote.OpenAsync(other);
            Assert.Equal((other, HttpStatusCode.Forbidden), (other, refused.StatusCode));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_window_elsewhere_receives_no_more_pictures_and_keeps_its_connection_unless_one_is_on_its_way(bool shown)
    {
        await using DeviceFixture device = await StartAsync("Proxies");
        device.Service<RNNPool.Edge.Web.Access.AccessStore>().SetPassword("correct horse battery");
        using var remote = new Browser(device);
        remote.Client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        await remote.SignInAsync("correct horse battery");
        using Window window = await Window.OpenAsync(device.Client.BaseAddress!, "", options =>
        {
            options.SetRequestHeader("Cookie", remote.Cookie);
            options.SetRequestHeader("X-Forwarded-For", "203.0.113.9");
        });
        await window.SendAsync("""{"fps":15}""");
        await window.UntilAsync(device, message => message.Name == "picture");
        var live = device.Service<LivePictures>();
        Assert.True(live.HoldsImages);
        if (shown)
            await ShowAsync();

        await WithdrawAsync(device);

        await Wait.UntilAsync(() => !live.HoldsImages, "the viewer has left");
        if (!shown)
        {
            await window.EndAsync();
            return;
        }

        await NextRefusalAsync();
        await window.SendAsync("""{"fps":15}""");
        await NextRefusalAsync();

        // The window then wants pictures of another width, for which there is no frame: nothing is on its way.
        async Task ShowAsync()
        {
            await window.SendAsync("""{"shown":true}""");
            await window.SendAsync("""{"fps":0}""");
            await Wait.UntilAsync(() => live.Viewers == 0, "the device has read that the window showed the picture");
            await window.SendAsync("""{"fps":15,"width":320}""");
            await Wait.UntilAsync(() => live.Viewers == 1, "the window waits for a picture");
        }

        Task NextRefusalAsync() => window.UntilAsync(device, message => message.Name == "refusal");
    }

    [Fact]
    public async Task The_diagnostics_bundle_contains_no_pictures()
    {
        await using DeviceFixture device = await StartAsync();
        await device.FrameAsync();
        using var archive = new ZipArchive(
            new MemoryStream(await device.Client.GetByteArrayAsync(new Uri("/api/diagnostics.zip", UriKind.Relative), Cancellation))
        );

        Assert.All(archive.Entries, entry =>
            Assert.True(
                entry.Name.EndsWith(".json", StringComparison.Ordinal) || entry.Name.EndsWith(".txt", StringComparison.Ordinal),
                entry.Name
            )
        );
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            using var reader = new StreamReader(entry.Open());
            string text = await reader.ReadToEndAsync(Cancellation);
            Assert.DoesNotContain("JFIF", text, StringComparison.Ordinal);
            Assert.DoesNotContain("/9j/", text, StringComparison.Ordinal);
        }
    }

    private static async Task<bool> WatchAsync(DeviceFixture device)
    {
        LiveViewer viewer = device.Service<LivePictures>().Join(LiveFormat.For(640, boxes: false), 15, needsPermission: true)!;
        if (viewer.Withdrawn.IsCancellationRequested)
            return viewer.Pictures.TryRead(out _);
        await WantedAsync(device);
        await device.FrameAsync();
        await Wait.UntilAsync(() => viewer.Pictures.TryPeek(out _), "a picture");
        return true;
    }

    /// <summary>A new presence, whose picture is stored with its event.</summary>
    private static async Task<bool> AppearAsync(DeviceFixture device)
    {
        device.Detector.Found = [];
        await FramesUntilAsync(device, () => !device.Occupancy.Current.Occupied, "the last presence has ended");
        var journal = device.Service<EventJournal>();
        await FramesUntilAsync(device, () => journal.Written == device.History.Total, "its end is stored");
        device.Detector.Found = [FakeDetector.Face()];
        await FramesUntilAsync(device, () => device.Occupancy.Current.Occupied, "a presence begins");
        PresenceEvent appeared = device.History.Newest(10).First(presenceEvent => presenceEvent.Type == PresenceEventKind.New);
        await FramesUntilAsync(device, () => journal.Written == device.History.Total, "its event is stored");
        byte[]? Read() => JournalReader.Thumbnail(journal.Path, appeared.Id);
        if (device.Service<ImagePolicy>().Allowed)
            await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromMilliseconds(100), () => Read() is not null, "its picture is stored");
        return Read() is not null;
    }

    /// <summary>A request with a picture, which takes long.</summary>
    private static async Task<bool> SendAsync(DeviceFixture device)
    {
        var pictures = device.Service<NotifyPictures>();
        Task<NotifyResult?> sending = pictures.SendAsync(
            async end =>
            {
                await Task.Delay(Timeout.Infinite, end);
                return NotifyResult.Accepted;
            },
            Cancellation
        );
        await Wait.UntilAsync(() => sending.IsCompleted || pictures.HoldsImages, "the request is sent or refused");
        return !sending.IsCompleted;
    }

    /// <summary>Waits until the picture of the presence has reached a holder.</summary>
    private static async Task<bool> HoldAsync(DeviceFixture device, IImageHolder holder)
    {
        if (device.Service<ImagePolicy>().Allowed)
            await Wait.UntilAsync(() => holder.HoldsImages, holder.HolderName);
        return holder.HoldsImages;
    }

    /// <summary>Waits until the encoder of the live view has finished its last picture and wants a frame.</summary>
    private static async Task WantedAsync(DeviceFixture device) =>
        await Wait.AdvanceUntilAsync(
            device.Time,
            TimeSpan.FromMilliseconds(20),
            () => device.Service<CameraSet>()[0].Tap.Wanted,
            "the encoder wants a frame"
        );

    private static async Task FramesUntilAsync(DeviceFixture device, Func<bool> condition, string what)
    {
        for (int frames = 0; !condition(); frames++)
        {
            Assert.True(frames < 200, $"Not within 40 s of virtual time: {what}");
            await device.FrameAsync();
        }
    }

    /// <summary>A preview of the camera in use waits for its next frame.</summary>
    private static async Task<bool> PreviewAsync(DeviceFixture device)
    {
        if (device.Service<ImagePolicy>().Allowed)
            await WantedAsync(device);
        var preview = device.Service<CameraPreview>();
        Task<byte[]?> taken = preview.TakeAsync("synthetic:", needsPermission: true, Cancellation);
        await Wait.UntilAsync(() => taken.IsCompleted || preview.HoldsImages, "the preview waits or has ended");
        return !taken.IsCanceled;
    }

    private async Task<DeviceFixture> StartAsync(string? proxies = null)
    {
        string extra = proxies is null ? "" : """, "Web": { "Proxies": ["127.0.0.1"] }""";
        string text = $$"""
            {
              "Camera": { "Source": "synthetic:" }, "Device": { "AllowImages": true }, "Journal": { "Thumbnails": true },
              "Presence": { "HistoryLength": 1, "OffDelay": "00:00:01" },
              "Mqtt": { "Host": "127.0.0.1", "Port": 1, "Pictures": true },
              "Notify": { "Webhook": { "Url": "http://127.0.0.1:1/" } }{{extra}}
            }
            """;
        return await DeviceFixture.StartAsync(_folder.File("config.json", System.Text.Encoding.UTF8.GetBytes(text)));
    }

    private async Task WithdrawAsync(DeviceFixture device)
    {
        string file = Path.Combine(_folder.Path, "config.json");
        await File.WriteAllTextAsync(
            file,
            (await File.ReadAllTextAsync(file, Cancellation)).Replace(
                "\"AllowImages\": true",
                "\"AllowImages\": false",
                StringComparison.Ordinal
            ),
            Cancellation
        );
        device.Service<RNNPool.Edge.Settings.SettingsReload>().Reload();
        Assert.False(device.Service<ImagePolicy>().Allowed);
    }

    private static Task<HttpResponseMessage> OpenAsync(DeviceFixture device, string path) =>
        device.Client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancellation);
}
