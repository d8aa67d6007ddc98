using RNNPool.Edge.Hardware.Buses;
using RNNPool.Edge.Parts.PanTilt;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Tests.Parts;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Tests.Parts.PanTilt;

/// <summary>
/// A face in front of a camera on the head. Its place in a frame depends on the pulses that the servos received when the frame was
/// captured; the detector delivers it later.
/// </summary>
internal sealed class SimulatedScene : IDisposable
{
    private static readonly TimeSpan FrameInterval = TimeSpan.FromSeconds(0.2);

    private readonly PartBench _bench = new();
    private readonly FramePool _pool = new();
    private readonly Queue<(TimeSpan Due, FrameTime Time, Detection[] Detections)> _pending = new();
    private TimeSpan _nextFrame = FrameInterval,
        _nextUpdate;
    private TimeSpan _now;

    public SimulatedScene(PanTiltOptions options)
    {
        Options = options;
        Servos = new SimulatedServos(Bus);
        Session = new PanTiltSession(ServoPair.Open(options, Servos), options, Tap, _bench.Controls, Shown, _bench.Time, _bench.Signal)
        {
            Pause = time => Pauses.Add(time),
        };
        Update();
    }

    public PanTiltOptions Options { get; }

    public BusRecorder Bus { get; } = new(100_000);

    public SimulatedServos Servos { get; }

    public FrameTap Tap { get; } = new();

    public ShownHead Shown { get; } = new();

    public PanTiltSession Session { get; }

    public PartBench Bench => _bench;

    public List<TimeSpan> Pauses { get; } = [];

    /// <summary>Direction of the face in degrees from the middle of the servos; null without a face.</summary>
    public (double Pan, double Tilt)? Face { get; set; }

    /// <summary>Time from the capture of a frame to its detections.</summary>
    public TimeSpan Latency { get; set; } = TimeSpan.FromSeconds(0.15);

    /// <summary>Angles by the pulses at each step of the simulation.</summary>
    public List<(TimeSpan Time, double Pan, double Tilt)> Track { get; } = [];

    /// <summary>Updates of the session.</summary>
    public int Updates { get; private set; }

    public double Pan => Angle(Options.Pan);

    public double Tilt => Angle(Options.Tilt);

    public void Run(double seconds)
    {
        TimeSpan step = TimeSpan.FromSeconds(0.01);
        for (TimeSpan end = _now + TimeSpan.FromSeconds(seconds); _now < end; )
        {
            _now += step;
            _bench.Time.Advance(step);
            if (_now >= _nextFrame)
            {
                _nextFrame += FrameInterval;
                _pending.Enqueue((_now + Latency, FrameTime.Now(_bench.Time), Detect()));
            }

            bool isWoken = false;
            while (_pending.TryPeek(out var next) && next.Due <= _now)
            {
                _pending.Dequeue();
                Lend(next.Time, next.Detections);
                isWoken |= next.Detections.Length > 0;
            }

            if (isWoken || _now >= _nextUpdate)
                Update();
            Track.Add((_now, Pan, Tilt));
        }
    }

    public void Update()
    {
        Updates++;
        TimeSpan wait = Session.Update(_now);
        _nextUpdate = wait == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : _now + wait;
    }

    public void Lend(FrameTime time, params Detection[] detections)
    {
        using Frame frame = _pool.Rent(320, 240, PixelFormat.Gray8);
        frame.Time = time;
        Tap.Lend(frame, detections);
    }

    public void Dispose()
    {
        Session.Dispose();
        _bench.Dispose();
    }

    private Detection[] Detect()
    {
        if (Face is not { } face)
            return [];
        double x = 0.5 + ((face.Pan - Pan) / Options.HorizontalView),
            y = 0.5 - ((face.Tilt - Tilt) / Options.VerticalView);
        if (x is < 0 or > 1 || y is < 0 or > 1)
            return [];
        const float size = 40;
        return [new Detection(0, 0.9f, new BoundingBox((float)(x * 320) - (size / 2), (float)(y * 240) - (size / 2), size, size))];
    }

    private double Angle(PanTiltAxisOptions axis)
    {
        double pulse = Servos.Pulse(Options.Driver, axis.Channel).TotalMicroseconds;
        if (pulse == 0)
            return double.NaN;
        double servo = (pulse - Options.MinPulse) / (Options.MaxPulse - Options.MinPulse) * Options.ServoRange;
        return (servo - (Options.ServoRange / 2)) * (axis.Inverted ? -1 : 1);
    }
}
