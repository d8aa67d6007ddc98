using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Host;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Status;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Pipeline.Camera;
using RNNPool.Edge.Tests.Pipeline.Inference;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Tests.Support;

/// <summary>The whole device, as <c>run</c> puts it together, with a camera and a detector of the test and with virtual time.</summary>
internal sealed class DeviceFixture : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _state;

    private DeviceFixture(WebApplication app, string state, JumpingTimeProvider time, FakeCamera camera, FakeDetector detector)
    {
        _app = app;
        _state = state;
        Time = time;
        Camera = camera;
        Detector = detector;
        Client = new HttpClient();
    }

    public JumpingTimeProvider Time { get; }

    public FakeCamera Camera { get; }

    public FakeDetector Detector { get; }

    public HttpClient Client { get; }

    /// <summary>Where the device listens.</summary>
    public IReadOnlyList<Uri> Addresses =>
        [
            .. _app
                .Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.Select(address => new Uri(address)),
        ];

    public PipelineStatus Status => _app.Services.GetRequiredService<CameraSet>()[0].Status;

    public OccupancyState Occupancy => _app.Services.GetRequiredService<OccupancyState>();

    public EventHistory History => _app.Services.GetRequiredService<EventHistory>();

    public FrameSlot Latest => _app.Services.GetRequiredService<CameraSet>()[0].Frames;

    /// <summary>Becomes true when the device has asked its host to stop.</summary>
    public bool Stopping => _app.Lifetime.ApplicationStopping.IsCancellationRequested;

    public static Task<DeviceFixture> StartAsync(
        Action<IServiceCollection>? services = null,
        params (string Key, string Value)[] settings
    ) => StartAsync(null, false, services, [("Camera:Source", "synthetic:"), ("Presence:OffDelay", "00:00:02"), .. settings]);

    /// <summary>Starts a device with a configuration file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="setUp">Whether it may be without a camera.</param>
    /// <param name="services">Changes of the services.</param>
    /// <param name="state">The state folder; null for one of its own.</param>
    public static Task<DeviceFixture> StartAsync(
        string file,
        bool setUp = false,
        Action<IServiceCollection>? services = null,
        string? state = null
    ) => StartAsync(file, setUp, services, state is null ? [] : [("Device:StateFolder", state)]);

    private static async Task<DeviceFixture> StartAsync(
        string? file,
        bool setUp,
        Action<IServiceCollection>? services,
        (string Key, string Value)[] settings
    )
    {
        var time = new JumpingTimeProvider(Samples.Noon);
        var camera = new FakeCamera(time);
        var detector = new FakeDetector();
        string state = Directory.CreateTempSubdirectory("rnnpool-edge-state-").FullName;
        Dictionary<string, string?> overrides = new() { ["Web:Port"] = "0", ["Device:StateFolder"] = state };
        foreach ((string key, string value) in settings)
            overrides[key] = value;
        WebApplicationBuilder builder = DeviceHost.CreateBuilder(
            DeviceHost.Settings.Load(new SettingSources(file, [.. overrides], SystemFile: false, setUp))
        );
        builder.Logging.ClearProviders();
        // Components whose stop has a limit of its own wait in virtual time.
        builder.Services.PostConfigure<HostOptions>(options => options.ShutdownTimeout = Wait.Patience);
        builder.Services.RemoveAll<TimeProvider>().AddSingleton<TimeProvider>(time);
        builder.Services.RemoveAll<ICameraFactory>().AddSingleton<ICameraFactory>(camera);
        builder.Services.RemoveAll<IDetector>().AddSingleton<IDetector>(detector);
        services?.Invoke(builder.Services);
        WebApplication app = builder.BuildDevice();
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        await app.StartAsync(TestContext.Current.CancellationToken);
        var fixture = new DeviceFixture(app, state, time, camera, detector);
        fixture.Client.BaseAddress = new Uri(
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
        );
        return fixture;
    }

    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>
    /// One frame through the camera and the detector; virtual time advances first. It advances further while the camera waits to be
    /// opened again: a camera without frames is lost when a test lets much virtual time pass.
    /// </summary>
    public async Task FrameAsync(double seconds = 0.2)
    {
        long before = Status.Inferences + Status.InferenceErrors;
        Time.Advance(TimeSpan.FromSeconds(seconds));
        Camera.Frame();
        await Wait.UntilAsync(
            () =>
            {
                if (Status.Inferences + Status.InferenceErrors > before)
                    return true;
                if (Status.Camera == CameraState.Lost)
                    Time.Advance(TimeSpan.FromMilliseconds(50));
                return false;
            },
            string.Create(CultureInfo.InvariantCulture, $"inference {before + 1}")
        );
    }

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Detector.Release();

        // Disposal alone does not wait for components that still write into the folder; their time limits pass in virtual time.
        Task stop = _app.StopAsync(CancellationToken.None);
        while (!stop.IsCompleted)
        {
            await Task.WhenAny(stop, Task.Delay(100, CancellationToken.None));
            if (!stop.IsCompleted)
                Time.Advance(TimeSpan.FromMilliseconds(250));
        }

        await stop;
        await _app.DisposeAsync();
        Directory.Delete(_state, recursive: true);
    }
}
