using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Pictures;
using RNNPool.Edge.Sinks.Notify;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Sinks.Notify;

/// <summary>Notifications with a state folder of their own, in virtual time, to real servers.</summary>
internal sealed class NotifyFixture : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("notify-").FullName;
    private readonly ControlsFixture _controls;
    private readonly ImagePolicy _images;
    private readonly LoopSupervisor _loops;
    private PresencePictures? _pictures;
    private NotifyPictures? _holder;

    public NotifyFixture()
    {
        _controls = new ControlsFixture(Time);
        _images = new ImagePolicy(_controls.Device);
        _loops = new LoopSupervisor(Time, NullLogger<LoopSupervisor>.Instance);
        Controls = _controls.Start();
    }

    public JumpingTimeProvider Time { get; } = new(Samples.Noon.AddSeconds(1.592));

    public NotifyOptions Options { get; } = new() { MinInterval = TimeSpan.Zero };

    public QuietHoursOptions Quiet { get; } = new();

    public DeviceControls Controls { get; }

    public StaticLive<DeviceOptions> Device => _controls.Device;

    public RecordingLogger<NotifySink> Log { get; } = new();

    public NotifySink? Sink { get; private set; }

    public IImageHolder Holder => _holder!;

    public NotifyStatus Status => Sink!.Statuses[0];

    public async Task OpenAsync()
    {
        await CloseAsync();
        Device.Current = new DeviceOptions { AllowImages = true, Name = "Front door" };
        IOptions<NotifyOptions> options = Microsoft.Extensions.Options.Options.Create(Options);
        _pictures = new PresencePictures(
            _images,
            Controls,
            new StaticLive<PictureOptions>(new PictureOptions()),
            [new NotifyPictureDemand(options)],
            Time
        );
        _holder = new NotifyPictures(options, _pictures, _images, Controls);
        var quiet = new QuietHours(Microsoft.Extensions.Options.Options.Create(Quiet), Time);
        Sink = new NotifySink(
            options,
            new StateFolder(_folder, NullLogger<StateFolder>.Instance),
            new NotifyComposer(options, Device, _holder, quiet, Time),
            quiet,
            _loops,
            new ClockTrust(Time, () => true),
            Time,
            new DeviceMetrics(),
            new Loggers(Log)
        );
        await Sink.OpenAsync(TestContext.Current.CancellationToken);
    }

    public async Task DeliverAsync(
        string id,
        PresenceEventKind kind = PresenceEventKind.New,
        Func<PresenceEvent, PresenceEvent>? change = null
    )
    {
        PresenceEvent presenceEvent = Samples.Event(kind, id);
        await Sink!.DeliverAsync(change?.Invoke(presenceEvent) ?? presenceEvent, TestContext.Current.CancellationToken);
    }

    /// <summary>A picture of a presence.</summary>
    public void Show(string id)
    {
        Assert.True(_pictures!.IsWanted);
        using Frame frame = new FramePool(1).Rent(320, 240, PixelFormat.Gray8);
        frame.Data.Fill(90);
        frame.Time = FrameTime.Now(Time);
        var presence = new Presence(id, "face", 0.9f, 0.9f, new BoundingBox(32, 60, 80, 120), 320, 240, Samples.Noon, Samples.Noon)
        {
            Zones = [],
            Stationary = false,
            FrameScore = 0.9f,
        };
        _pictures.Offer("door", ["face"], frame, [], [presence]);
        using var encoding = new PictureEncoding(_pictures, _loops, NullLogger<PictureEncoding>.Instance);
        encoding.EncodeDue();
    }

    public Task AdvanceUntilAsync(Func<bool> condition, string what) =>
        Wait.AdvanceUntilAsync(Time, TimeSpan.FromMilliseconds(500), condition, what);

    public async Task CloseAsync()
    {
        if (Sink is not null)
            await Sink.CloseAsync(TestContext.Current.CancellationToken);
        Sink?.Dispose();
        _holder?.Dispose();
        _pictures?.Dispose();
        Sink = null;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _images.Dispose();
        _controls.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class Loggers(RecordingLogger<NotifySink> log) : ILoggerFactory
    {
        public void AddProvider(ILoggerProvider provider) { }

        public ILogger CreateLogger(string categoryName) => log;

        public void Dispose() { }
    }
}
