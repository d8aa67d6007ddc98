using System.Buffers.Binary;
using System.Text;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Link;
using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Transports;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Tests.Pipeline.Coprocessor;

/// <summary>
/// A coprocessor with scripted detections and failures that speaks the protocol over an in-memory line. Lines are clean, so there are no
/// retransmissions.
/// </summary>
internal sealed class ScriptedDevice : ITransportFactory, IAsyncDisposable
{
    private const ushort BusyMilliseconds = 10_000;

    private readonly ITimer _heart;
    private readonly Lock _lock = new();
    private readonly List<Task> _loops = [];
    private readonly ScriptedSlots _slots;
    private InMemoryTransport? _line;
    private byte _session;
    private byte _next;
    private byte _expected;
    private ushort _frame;
    private ushort _height;
    private ushort _width;
    private int _pixels;
    private bool _dead;
    private bool _busy;
    private bool _slow;
    private bool _taken;

    public ScriptedDevice(TimeProvider time, byte[]? model, int slots = 2)
    {
        _slots = new ScriptedSlots((type, tag, payload) => Send(type, tag, payload), model, (byte)slots);
        _heart = time.CreateTimer(_ => Beat(), null, TimeSpan.FromMilliseconds(400), TimeSpan.FromMilliseconds(400));
    }

    public string Name => "memory://device";

    /// <summary>Reliable messages that it can buffer.</summary>
    public byte Window { get; set; } = 8;

    public byte SlotCount => _slots.Count;

    /// <summary>Detections in every frame: x, y, width, height in 1/16 pixel, score in 65536ths.</summary>
    public (short X, short Y, ushort Width, ushort Height, ushort Score)[] Found { get; set; } = [];

    /// <summary>Label of all detections.</summary>
    public byte Label { get; set; }

    /// <summary>What happens at the middle row of the next frame.</summary>
    public Mishap Next { get; set; }

    /// <summary>Whether <see cref="Next"/> happens at every frame.</summary>
    public bool Always { get; set; }

    /// <summary>How many openings throw an exception that no line should throw.</summary>
    public int OpenFaults { get; set; }

    /// <summary>Whether the port is missing.</summary>
    public bool Gone { get; set; }

    /// <summary>Whether it answers and no failure is scheduled.</summary>
    public bool IsWell => Next == Mishap.None && !Gone && !_dead && !_busy && !_slow;

    /// <summary>Whether a model that is uploaded is refused by the firmware's validator.</summary>
    public bool RefusesModels
    {
        get => _slots.RefusesModels;
        set => _slots.RefusesModels = value;
    }

    /// <summary>Most multiply-accumulates of a model that it states; 0: the end of HELLO is missing, as in older firmware.</summary>
    public uint WorkLimit { get; set; }

    /// <summary>Faults that it reports since power-on, the last of which ended its last run.</summary>
    public ushort Faults { get; set; }

    /// <summary>Whether models can be activated: the test opens the gate.</summary>
    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Gated { get; init; }

    public int FramesBegun { get; private set; }

    public int Uploads => _slots.Uploads;

    public string ActiveSha256 => _slots.Active == SlotInfo.None ? "" : Convert.ToHexStringLower(_slots.ActiveHash);

    /// <summary>Replaces the device by one with another model and no state.</summary>
    public void Replace(byte[] model)
    {
        lock (_lock)
            _slots.Replace(model, failed: null);

        Restart();
    }

    /// <summary>Marks the active model as failed and activates another.</summary>
    public void GiveUp(byte[] failed, byte[] back)
    {
        lock (_lock)
            _slots.Replace(back, failed);
    }

    /// <summary>Restarts the device: it answers again, without a session.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            (_dead, _busy, _slow) = (false, false, false);
            _session = 0;
            _next = 0;
            _expected = 0;
            _line?.Disconnect();
        }
    }

    public ValueTask<ITransport> OpenAsync(CancellationToken cancellationToken)
    {
        if (OpenFaults > 0)
        {
            OpenFaults--;
            throw new InvalidOperationException("open");
        }

        if (Gone)
            throw new IOException("Cannot open memory://device: there is no such device.");
        (InMemoryTransport host, InMemoryTransport device) = InMemoryTransport.CreatePair();
        lock (_lock)
        {
            _line = device;
            _loops.Add(Task.Run(() => ReadAsync(device), CancellationToken.None));
        }

        return ValueTask.FromResult<ITransport>(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _heart.DisposeAsync();
        Gate.TrySetResult();
        _line?.Disconnect();
        await Task.WhenAll(_loops);
    }

    private async Task ReadAsync(InMemoryTransport line)
    {
        byte[] buffer = new byte[4096];
        var decoder = new FrameDecoder(1024);
        while (await line.ReadAsync(buffer, CancellationToken.None) is > 0 and int count)
        {
            lock (_lock)
            {
                ReadOnlySpan<byte> bytes = buffer.AsSpan(0, count);
                while (!bytes.IsEmpty)
                {
                    if (decoder.Push(ref bytes) == FrameEvent.Frame && !_dead && _line == line)
                        Take(decoder.Header, decoder.Payload);
                }
            }
        }
    }

    private void Take(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Type == MessageType.Reset)
        {
            uint nonce = BinaryPrimitives.ReadUInt32LittleEndian(payload[4..]);
            _session = (byte)nonce;
            _next = 0;
            _expected = 0;
            _frame = 0;
            Send(MessageType.Hello, 0, Hello(nonce), reliable: false);
            return;
        }

        if (_session == 0 || header.Session != _session)
            return;
        if (!header.Flags.HasFlag(FrameMarks.Reliable) || header.Sequence != _expected || _busy || (_slow && _taken))
            return;
        _expected++;
        _taken = true;
        switch (header.Type)
        {
            case MessageType.SlotQuery:
                _slots.Answer(header.Tag, payload[0]);
                break;
            case MessageType.FrameBegin:
                BeginFrame(payload);
                break;
            case MessageType.FrameRows:
                TakeRows(payload);
                break;
            case MessageType.UploadBegin:
                _slots.BeginUpload(header.Tag, payload);
                break;
            case MessageType.UploadData:
                _slots.TakeData(header.Tag, payload);
                break;
            case MessageType.UploadVerify:
                _slots.Verify(header.Tag, payload);
                break;
            case MessageType.Activate:
                Activate(header.Tag, payload[0]);
                break;
        }

        if (!_dead)
            Send(MessageType.Acknowledge, 0, [], reliable: false);
    }

    private byte[] Hello(uint nonce)
    {
        byte[] hello = new byte[WorkLimit > 0 ? 108 : 72];
        BinaryPrimitives.WriteUInt32LittleEndian(hello, LinkProtocol.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(hello.AsSpan(4), nonce);
        (hello[8], hello[9], hello[10], hello[11]) = (1, 1, 1, (byte)BootReason.Power);
        BinaryPrimitives.WriteUInt16LittleEndian(hello.AsSpan(12), 492);
        (hello[14], hello[15], hello[16], hello[17]) = (
            Window,
            SlotCount,
            _slots.Active,
            (byte)(SlotCount > 0 ? DeviceCapabilities.Upload : DeviceCapabilities.None)
        );
        BinaryPrimitives.WriteUInt16LittleEndian(hello.AsSpan(18), 320);
        BinaryPrimitives.WriteUInt32LittleEndian(hello.AsSpan(24), ScriptedSlots.Size);
        BinaryPrimitives.WriteUInt16LittleEndian(hello.AsSpan(28), 7);
        Encoding.UTF8.GetBytes("scripted").CopyTo(hello.AsSpan(56));
        if (WorkLimit > 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(hello.AsSpan(72), WorkLimit);
            hello[76] = (byte)(Faults > 0 ? 3 : 0);
            BinaryPrimitives.WriteUInt16LittleEndian(hello.AsSpan(78), Faults);
            BinaryPrimitives.WriteUInt32LittleEndian(hello.AsSpan(80), 0x08001234);
        }

        return hello;
    }

    private void BeginFrame(ReadOnlySpan<byte> payload)
    {
        FramesBegun++;
        _frame = BinaryPrimitives.ReadUInt16LittleEndian(payload);
        _width = BinaryPrimitives.ReadUInt16LittleEndian(payload[2..]);
        _height = BinaryPrimitives.ReadUInt16LittleEndian(payload[4..]);
        _pixels = 0;
        uint model = BinaryPrimitives.ReadUInt32LittleEndian(payload[8..]);
        if (model == 0 || model == BinaryPrimitives.ReadUInt32LittleEndian(_slots.ActiveHash))
            return;
        Result(DeviceStatus.WrongModel);
        _frame = 0;
    }

    private void TakeRows(ReadOnlySpan<byte> payload)
    {
        if (BinaryPrimitives.ReadUInt16LittleEndian(payload) != _frame || _frame == 0)
            return;
        int before = _pixels,
            whole = _width * _height;
        _pixels += BinaryPrimitives.ReadUInt16LittleEndian(payload[8..]);
        if (before < whole / 2 && _pixels >= whole / 2)
            Befall();
        if (_pixels < whole || _dead || _frame == 0)
            return;
        Result(DeviceStatus.Ok);
        _frame = 0;
    }

    private void Befall()
    {
        Mishap mishap = Next;
        if (!Always)
            Next = Mishap.None;
        switch (mishap)
        {
            case Mishap.Hang:
                _dead = true;
                break;
            case Mishap.NoResult:
                _frame = 0;
                break;
            case Mishap.Unplug:
                Gone = true;
                Restart();
                break;
            case Mishap.Restart:
                (_session, _frame) = (0, 0);
                Send(MessageType.Hello, 0, Hello(0), reliable: false);
                break;
            case Mishap.AlwaysBusy:
                _busy = true;
                SendHeartbeat();
                break;
            case Mishap.SlowAcknowledge:
                _slow = true;
                break;
            case Mishap.EngineFailure:
                Result(DeviceStatus.Engine);
                _frame = 0;
                break;
        }
    }

    private void Result(DeviceStatus status)
    {
        int count = status == DeviceStatus.Ok ? Found.Length : 0;
        byte[] result = new byte[32 + (12 * count)];
        BinaryPrimitives.WriteUInt16LittleEndian(result, _frame);
        (result[2], result[3], result[4], result[8]) = ((byte)status, 1, (byte)count, (byte)count);
        BinaryPrimitives.WriteUInt32LittleEndian(result.AsSpan(12), 1000);
        BinaryPrimitives.WriteUInt64LittleEndian(result.AsSpan(16), 25);
        BinaryPrimitives.WriteUInt32LittleEndian(result.AsSpan(24), 4096);
        for (int i = 0; i < count; i++)
        {
            Span<byte> box = result.AsSpan(32 + (12 * i));
            BinaryPrimitives.WriteInt16LittleEndian(box, Found[i].X);
            BinaryPrimitives.WriteInt16LittleEndian(box[2..], Found[i].Y);
            BinaryPrimitives.WriteUInt16LittleEndian(box[4..], Found[i].Width);
            BinaryPrimitives.WriteUInt16LittleEndian(box[6..], Found[i].Height);
            BinaryPrimitives.WriteUInt16LittleEndian(box[8..], Found[i].Score);
            box[10] = Label;
        }

        Send(MessageType.Result, 0, result);
    }

    private void Activate(byte tag, byte slot)
    {
        if (Gated && !Gate.Task.IsCompleted)
        {
            _ = Gate.Task.ContinueWith(
                _ =>
                {
                    lock (_lock)
                        _slots.Activate(tag, slot);
                },
                TaskScheduler.Default
            );
            return;
        }

        _slots.Activate(tag, slot);
    }

    private void Beat()
    {
        lock (_lock)
        {
            _taken = false;
            if (!_dead && _session != 0)
                SendHeartbeat();
        }
    }

    private void SendHeartbeat()
    {
        byte[] beat = new byte[8];
        if (_busy)
            BinaryPrimitives.WriteUInt16LittleEndian(beat.AsSpan(4), BusyMilliseconds);
        Send(MessageType.Heartbeat, 0, beat, reliable: false);
    }

    private void Send(MessageType type, byte tag, ReadOnlySpan<byte> payload, bool reliable = true)
    {
        if (_line is null || _dead)
            return;
        FrameMarks marks = reliable ? FrameMarks.Reliable : FrameMarks.None;
        var header = new FrameHeader(
            1,
            type,
            marks,
            _session,
            reliable ? _next++ : (byte)0,
            _expected,
            Window,
            tag,
            (ushort)payload.Length
        );
        byte[] bytes = new byte[FrameEncoder.MaxEncodedLength(payload.Length)];
        int count = FrameEncoder.Encode(header, payload, bytes);
        try
        {
            ValueTask written = _line.WriteAsync(bytes.AsMemory(0, count), CancellationToken.None);
            Assert.True(written.IsCompletedSuccessfully);
        }
        catch (IOException)
        {
            // The host has closed the line.
        }
    }
}
