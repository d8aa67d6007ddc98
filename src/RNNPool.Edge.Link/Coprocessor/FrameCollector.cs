using System.Buffers.Binary;
using System.Threading.Tasks.Sources;
using RNNPool.Edge.Link.Messages;

namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>
/// Assembles the parts of a result and completes the task that waits for it. One picture at a time; a result allocates nothing.
/// </summary>
internal sealed class FrameCollector : IValueTaskSource
{
    private const float BoxScale = 1f / 16;
    private const float ScoreScale = 1f / 65536;
    private const int MostDetections = 1024;

    private readonly Lock _lock = new();
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private CoprocessorResult? _result;
    private ushort _frame;
    private ushort _total;
    private int _width;
    private int _height;

    /// <summary>Whether there is no picture without an outcome.</summary>
    public bool IsOver
    {
        get
        {
            lock (_lock)
                return _result is null;
        }
    }

    /// <summary>Begins a picture; the returned task completes with its outcome.</summary>
    public ValueTask Begin(ushort frame, int width, int height, CoprocessorResult result)
    {
        lock (_lock)
        {
            _core.Reset();
            result.Clear();
            _frame = frame;
            _width = width;
            _height = height;
            _result = result;
            return new ValueTask(this, _core.Version);
        }
    }

    /// <summary>Fails the current picture.</summary>
    public void Fail(Exception reason)
    {
        ushort frame;
        lock (_lock)
            frame = _frame;
        TryFail(frame, reason);
    }

    /// <summary>Fails the picture with this number; returns false if it has an outcome.</summary>
    public bool TryFail(ushort frame, Exception reason)
    {
        lock (_lock)
        {
            if (_result is null || _frame != frame)
                return false;
            _result = null;
        }

        _core.SetException(reason);
        return true;
    }

    /// <summary>Adds a part of a result; returns false if it is invalid, and fails the picture.</summary>
    public bool TryAccept(ReadOnlySpan<byte> payload)
    {
        if (!ResultMessage.TryRead(payload, out ResultMessage part))
            return Reject("a part of a wrong length");
        lock (_lock)
        {
            if (_result is null || part.Frame != _frame)
                return true; // of a picture that was abandoned
            if (part.Status == DeviceStatus.Ok)
            {
                string? error = Append(_result, part, payload[ResultMessage.Size..]);
                if (error is not null)
                    return Reject(error);
                if (!part.Last)
                    return true;
            }

            _result = null;
        }

        if (part.Status == DeviceStatus.Ok)
            _core.SetResult(true);
        else
            _core.SetException(
                new CoprocessorException(part.Status, $"The coprocessor abandoned the picture: {StatusText.Describe(part.Status)}.")
            );
        return true;
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private bool Reject(string what)
    {
        Fail(new CoprocessorException(DeviceStatus.BadValue, $"The coprocessor sent an invalid result: {what}."));
        return false;
    }

    private string? Append(CoprocessorResult result, in ResultMessage part, ReadOnlySpan<byte> bytes)
    {
        if (part.First != result.Count)
            return "parts out of order";
        if (part.First == 0)
            _total = part.Total;
        if (part.Total != _total || part.Total > MostDetections)
            return $"{part.Total} detections";
        for (int i = 0; i < part.Count; i++, bytes = bytes[ResultMessage.DetectionSize..])
        {
            CoprocessorDetection detection = Read(bytes);
            if (!IsPlausible(detection))
                return $"a box at ({detection.X}, {detection.Y}) of {detection.Width} by {detection.Height} pixels";
            result.Add(detection);
        }

        result.ComputeTicks = part.Ticks;
        result.TicksPerSecond = part.TicksPerSecond;
        result.ArenaBytes = part.ArenaBytes;
        result.StackBytes = part.StackBytes;
        return null;
    }

    private static CoprocessorDetection Read(ReadOnlySpan<byte> bytes) =>
        new(
            bytes[10],
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]) * ScoreScale,
            BinaryPrimitives.ReadInt16LittleEndian(bytes) * BoxScale,
            BinaryPrimitives.ReadInt16LittleEndian(bytes[2..]) * BoxScale,
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]) * BoxScale,
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]) * BoxScale
        );

    // A box may extend beyond the picture but must overlap it.
    private bool IsPlausible(in CoprocessorDetection box) =>
        box.Width >= 0 && box.Height >= 0 && box.X <= _width && box.Y <= _height && box.X + box.Width >= 0 && box.Y + box.Height >= 0;
}
