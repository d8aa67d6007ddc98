using Microsoft.Win32.SafeHandles;

namespace RNNPool.Edge.Hardware.Gpio.Kernel;

/// <summary>
/// A line by version 1 of the kernel's interface. It cannot be configured after the request, so a change of direction or edges releases the
/// line and requests it again.
/// </summary>
internal sealed unsafe class LineV1 : KernelLine
{
    private readonly Func<SafeFileHandle> _openChip;
    private readonly int _offset;
    private readonly byte[] _consumer;
    private SafeFileHandle _handle;

    private LineV1(Func<SafeFileHandle> openChip, int offset, ReadOnlySpan<byte> consumer, SafeFileHandle handle)
    {
        _openChip = openChip;
        _offset = offset;
        _consumer = consumer.ToArray();
        _handle = handle;
    }

    public override SafeFileHandle Handle => _handle;

    /// <summary>Requests a line as it is: neither direction nor level changes.</summary>
    /// <returns>The line, or null and the kernel's error.</returns>
    public static LineV1? Request(Func<SafeFileHandle> openChip, int offset, ReadOnlySpan<byte> consumer, out int error)
    {
        using SafeFileHandle chip = openChip();
        error = RequestHandle(chip, offset, consumer, 0, high: false, out SafeFileHandle? handle);
        return handle is null ? null : new LineV1(openChip, offset, consumer, handle);
    }

    public override int Configure(LineSettings settings, bool high)
    {
        uint flags =
            settings.Direction switch
            {
                LineDirection.Input => GpioAbiV1.RequestInput,
                LineDirection.Output => GpioAbiV1.RequestOutput,
                _ => 0,
            }
            | settings.Drive switch
            {
                PinDrive.OpenDrain => GpioAbiV1.RequestOpenDrain,
                PinDrive.OpenSource => GpioAbiV1.RequestOpenSource,
                _ => 0,
            }
            | settings.Pull switch
            {
                PinPull.Up => GpioAbiV1.RequestPullUp,
                PinPull.Down => GpioAbiV1.RequestPullDown,
                PinPull.Off => GpioAbiV1.RequestPullOff,
                _ => 0,
            };
        using SafeFileHandle chip = _openChip();
        _handle.Dispose();
        int error = settings.Edges
            ? RequestEdges(chip, _offset, _consumer, flags, out SafeFileHandle? handle)
            : RequestHandle(chip, _offset, _consumer, flags, high, out handle);
        if (handle is null && settings.Edges)
        {
            // The chip does not report edges; the line must stay held nevertheless.
            RequestHandle(chip, _offset, _consumer, flags, high, out handle);
        }

        if (handle is not null)
            _handle = handle;
        return error;
    }

    public override int Write(bool high)
    {
        var data = default(GpioAbiV1.HandleData);
        data.Values[0] = high ? (byte)1 : (byte)0;
        return LineV2.Result(GpioAbi.Control(Handle, GpioAbiV1.SetValues, &data));
    }

    public override int Read(out bool high)
    {
        var data = default(GpioAbiV1.HandleData);
        int error = LineV2.Result(GpioAbi.Control(Handle, GpioAbiV1.GetValues, &data));
        high = data.Values[0] != 0;
        return error;
    }

    public override bool? TakeEdge()
    {
        GpioAbiV1.EventData edge;
        return GpioAbi.ReadBytes(Handle, &edge, sizeof(GpioAbiV1.EventData)) == sizeof(GpioAbiV1.EventData)
            ? edge.Id == GpioAbiV1.EventData.RisingEdge
            : null;
    }

    private static int RequestHandle(
        SafeFileHandle chip,
        int offset,
        ReadOnlySpan<byte> consumer,
        uint flags,
        bool high,
        out SafeFileHandle? handle
    )
    {
        var request = new GpioAbiV1.HandleRequest { LineCount = 1, Flags = flags };
        request.Offsets[0] = (uint)offset;
        request.DefaultValues[0] = high ? (byte)1 : (byte)0;
        consumer.CopyTo(new Span<byte>(request.Consumer, GpioAbi.NameSize - 1));
        int error = LineV2.Result(GpioAbi.Control(chip, GpioAbiV1.GetLineHandle, &request));
        handle = error == 0 ? new SafeFileHandle(request.Descriptor, ownsHandle: true) : null;
        return error;
    }

    private static int RequestEdges(SafeFileHandle chip, int offset, ReadOnlySpan<byte> consumer, uint flags, out SafeFileHandle? handle)
    {
        var request = new GpioAbiV1.EventRequest
        {
            Offset = (uint)offset,
            HandleFlags = flags,
            EventFlags = GpioAbiV1.BothEdges,
        };
        consumer.CopyTo(new Span<byte>(request.Consumer, GpioAbi.NameSize - 1));
        int error = LineV2.Result(GpioAbi.Control(chip, GpioAbiV1.GetLineEvent, &request));
        handle = error == 0 ? new SafeFileHandle(request.Descriptor, ownsHandle: true) : null;
        return error;
    }
}
