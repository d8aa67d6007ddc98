using System.IO.Compression;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RNNPool.Edge.Core;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Pipeline.Inference;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Live;

namespace RNNPool.Edge.Tests.Web;

/// <summary>
/// Every component that holds or sends pictures discards them within a second after Device:AllowImages is switched off while the device
/// runs. The first test lists the components; the others show the effect at the outside.
/// </summary>
public sealed class ImageHolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_holder_is_registered_and_known_here()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Mqtt:Host", "127.0.0.1"), ("Mqtt:Port", "1"));
        Type[] types =
        [
            .. typeof(IImageHolder)
                .Assembly.GetTypes()
                .Where(type => type.IsClass && !type.IsAbstract && typeof(IImageHolder).IsAssignableFrom(type)),
        ];
        IImageHolder[] registered = [.. device.Service<IServiceProvider>().GetServices<IImageHolder>()];

        Assert.Equal(
            types.Select(type => type.Name).Order(StringComparer.Ordinal),
            registered.Select(holder => holder.GetType().Name).Order(StringComparer.Ordinal)
        );
        Assert.Equal(registered.Length, registered.Select(holder => holder.HolderName).Distinct(StringComparer.Ordinal).Count());
        Assert.Superset(new HashSet<string> { nameof(LivePictures), nameof(CameraPreview) }, types.Select(type => type.Name).ToHashSet());
        foreach (IImageHolder holder in registered)
            Assert.False(holder.HoldsImages, holder.HolderName);
    }

    [Fact]
    public async Task All_holders_are_empty_within_a_second()
    {
        await using DeviceFixture device = await StartAsync();
        IImageHolder[] holders = [.. device.Service<IServiceProvider>().GetServices<IImageHolder>()];
        using LiveViewer viewer = device.Service<LivePictures>().Join(LiveFormat.For(640, boxes: false), 15, needsPermission: true)!;
        Task<byte[]?> preview = device.Service<CameraPreview>().TakeAsync("synthetic:", needsPermission: true, Cancellation);
        device.Detector.Found = [FakeDetector.Face()];
        while (device.History.Total == 0)
            await device.FrameAsync();
        string[] full = [.. holders.Where(holder => holder.HoldsImages).Select(holder => holder.HolderName)];
        Assert.Contains("live view", full);

        await WithdrawAsync(device);

        await Wait.AdvanceUntilAsync(
            device.Time,
            TimeSpan.FromMilliseconds(100),
            () => holders.All(holder => !holder.HoldsImages),
            "all holders are empty"
        );
        Assert.True(viewer.Withdrawn.IsCancellationRequested);
        Assert.False(viewer.Pictures.TryRead(out _));
        await Record.ExceptionAsync(async () => await preview);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            device.Service<CameraPreview>().TakeAsync("synthetic:", needsPermission: true, Cancellation)
        );
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
            }
        )
        {
            using HttpResponseMessage refused = await remote.OpenAsync(other);
            Assert.Equal((other, HttpStatusCode.Forbidden), (other, refused.StatusCode));
        }
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

    private async Task<DeviceFixture> StartAsync(string? proxies = null)
    {
        string extra = proxies is null ? "" : """, "Web": { "Proxies": ["127.0.0.1"] }""";
        string text = $$"""
            {
              "Camera": { "Source": "synthetic:" }, "Device": { "AllowImages": true }, "Journal": { "Thumbnails": true },
              "Presence": { "HistoryLength": 1 }{{extra}}
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
