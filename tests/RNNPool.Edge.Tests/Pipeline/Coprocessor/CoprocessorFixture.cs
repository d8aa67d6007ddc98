using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Tests.Pipeline.Inference;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Pipeline.Coprocessor;

/// <summary>
/// A scripted coprocessor, a fake engine on the host, and the components that switch between them and raise events, in virtual time.
/// </summary>
internal sealed class CoprocessorFixture : IAsyncDisposable
{
    /// <summary>The package of the device, and another one.</summary>
    public static readonly byte[] Model = File.ReadAllBytes(Path.Combine(Samples.Root, "tests/vectors/packages/detector.rnnp"));
    public static readonly byte[] OtherModel = File.ReadAllBytes(Path.Combine(Samples.Root, "tests/vectors/packages/detector-odd.rnnp"));

    /// <summary>Real time after which a device that was set to fail is considered not to answer a frame.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_farStep = TimeSpan.FromMilliseconds(200);

    private readonly FramePool _pool = new(4);
    private readonly CoprocessorService _service;
    private readonly PresenceTracker _presence;
    private long _sequence;

    private CoprocessorFixture(
        ScriptedDevice device,
        FakeTimeProvider time,
        CoprocessorOptions options,
        DetectorOptions detectorOptions,
        byte[] own
    )
    {
        (Device, Time, Options) = (device, time, options);
        DeviceModel = new DeviceModel(ModelPackage.Parse(own, "model.rnnp"));
        var clientOptions = new CoprocessorClientOptions
        {
            DetectTimeout = options.FrameTimeout,
            MinReconnectDelay = options.ReconnectDelay,
            MaxReconnectDelay = options.MaxReconnectDelay,
        };
        Client = new CoprocessorClient(device, clientOptions, time, Log.As<CoprocessorClient>());
        Status = new CoprocessorStatus(Client, time);
        IOptions<CoprocessorOptions> settings = Microsoft.Extensions.Options.Options.Create(options);
        Supervisor = new LoopSupervisor(time, Log.As<LoopSupervisor>());
        _service = new CoprocessorService(
            Client,
            new ModelSynchronizer(Client, DeviceModel, Status, settings, time, Log.As<ModelSynchronizer>()),
            Status,
            Supervisor,
            settings,
            time,
            Log
        );
        var coprocessor = new CoprocessorDetector(Client, DeviceModel, detectorOptions, time);
        Detector = new FailoverDetector(
            Client,
            coprocessor,
            options.Mode == CoprocessorMode.Auto ? Host : null,
            null,
            Status,
            options,
            time,
            NullLogger<FailoverDetector>.Instance
        );
        _presence = new PresenceTracker(new PresenceOptions(), "camera", DeviceModel.Package.ObjectLabels);
    }

    public ScriptedDevice Device { get; }

    public FakeTimeProvider Time { get; }

    public CoprocessorOptions Options { get; }

    public DeviceModel DeviceModel { get; }

    public CoprocessorClient Client { get; }

    public CoprocessorStatus Status { get; }

    public FailoverDetector Detector { get; }

    public LoopSupervisor Supervisor { get; }

    public FakeDetector Host { get; } = new();

    public RecordingLogger<CoprocessorService> Log { get; } = new();

    public DetectionList Found { get; } = new();

    public List<PresenceEvent> Events { get; } = [];

    public CoprocessorHealth Health => new(Status, Microsoft.Extensions.Options.Options.Create(Options));

    public static async Task<CoprocessorFixture> StartAsync(
        Action<CoprocessorOptions>? options = null,
        byte[]? model = null,
        int slots = 2,
        bool gated = false,
        bool ready = true,
        Action<ScriptedDevice>? device = null,
        DetectorOptions? detector = null,
        byte[]? own = null
    )
    {
        var time = new FakeTimeProvider(Samples.Noon);
        var settings = new CoprocessorOptions { Endpoint = "unix:///unused" };
        options?.Invoke(settings);
        var scripted = new ScriptedDevice(time, model ?? own ?? Model, slots) { Gated = gated };
        device?.Invoke(scripted);
        var fixture = new CoprocessorFixture(scripted, time, settings, detector ?? new DetectorOptions(), own ?? Model);
        Task started = fixture._service.StartAsync(TestContext.Current.CancellationToken);
        if (ready)
            await Wait.UntilAsync(() => fixture.Status.Approved is not null, "the coprocessor may be used");
        else
            await fixture.AdvanceAsync(() => started.IsCompleted, "the start");
        await started;
        return fixture;
    }

    /// <summary>Sets one face for the device and the same for the host, so that both engines give the same detections.</summary>
    public void Show(float score = 0.9f)
    {
        Device.Found = [(160, 64, 320, 256, (ushort)(score * 65536))];
        Host.Found = [new Detection(0, score, new BoundingBox(10, 4, 20, 16))];
    }

    /// <summary>
    /// Sends one frame through detector and presence. Virtual time advances only while the frame has no outcome.
    /// </summary>
    /// <returns>Virtual time that the frame took.</returns>
    /// <param name="seconds">How much virtual time passes before the frame.</param>
    /// <param name="atMost">
    /// Maximum virtual time in seconds; after it the clock stops, and other threads may finish in real time.
    /// </param>
    public async Task<TimeSpan> FrameAsync(double seconds = 0.2, double atMost = 120)
    {
        Time.Advance(TimeSpan.FromSeconds(seconds));
        MapShape input = DeviceModel.Package.Header.Input;
        using Frame frame = _pool.Rent(input.Width, input.Height, PixelFormat.Gray8);
        frame.Data.Fill(100);
        frame.Sequence = _sequence++;
        frame.Time = FrameTime.Now(Time);
        DateTimeOffset start = Time.GetUtcNow();
        Task done = Detector.DetectAsync(frame, Found, TestContext.Current.CancellationToken).AsTask();
        await Task.WhenAny(done, Task.Delay(Device.IsWell ? Wait.Patience : Silence, TestContext.Current.CancellationToken));
        await AdvanceAsync(() => done.IsCompleted, "an outcome of the frame", atMost);
        await done;
        _presence.Update(FrameMetadata.From(frame), Found.Items, Events);
        return Time.GetUtcNow() - start;
    }

    /// <summary>
    /// Advances virtual time in small steps until the condition holds, each step after the work of the previous one has finished. At the
    /// end of the span the clock stops, and the method waits.
    /// </summary>
    public Task AdvanceAsync(Func<bool> condition, string what, double atMost = 120) => AdvanceAsync(condition, what, atMost, s_step);

    /// <summary>Does the same in steps of 200 ms, for spans of many seconds.</summary>
    public Task AdvanceFarAsync(Func<bool> condition, string what, double atMost) => AdvanceAsync(condition, what, atMost, s_farStep);

    private async Task AdvanceAsync(Func<bool> condition, string what, double atMost, TimeSpan step)
    {
        DateTimeOffset end = Time.GetUtcNow() + TimeSpan.FromSeconds(atMost);
        while (!condition() && Time.GetUtcNow() + step <= end)
            await Wait.StepAsync(Time, step);
        await Wait.UntilAsync(condition, $"{what}, after {atMost} s of virtual time");
    }

    /// <summary>Lets virtual time pass, in coarse steps.</summary>
    public async Task PassAsync(double seconds)
    {
        DateTimeOffset end = Time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
        await AdvanceFarAsync(() => Time.GetUtcNow() >= end, "time", seconds + 1);
    }

    public async ValueTask DisposeAsync()
    {
        using (_service)
        {
            await _service.StopAsync(CancellationToken.None);
        }

        await Device.DisposeAsync();
        Detector.Dispose();
    }
}
