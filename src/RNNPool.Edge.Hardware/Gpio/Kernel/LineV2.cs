using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RNNPool.Edge.Hardware.Gpio.Kernel;

/// <summary>A line by version 2 of the kernel's interface.</summary>
internal sealed unsafe class LineV2 : KernelLine
{
    private LineV2(SafeFileHandle handle) => Handle = handle;

    public override SafeFileHandle Handle { get; }

    /// <summary>Requests a line as it is: neither direction nor level changes.</summary>
    /// <returns>The line, or null and the kernel's error.</returns>
    public static LineV2? Request(SafeFileHandle chip, int offset, ReadOnlySpan<byte> consumer, out int error)
    {
        var request = new GpioAbi.LineRequest { LineCount = 1 };
        request.Offsets[0] = (uint)offset;
        consumer.CopyTo(new Span<byte>(request.Consumer, GpioAbi.NameSize - 1));
        if (GpioAbi.Control(chip, GpioAbi.GetLine, &request) < 0)
        {
            error = Marshal.GetLastPInvokeError();
            return null;
        }

        error = 0;
        return new LineV2(new SafeFileHandle(request.Descriptor, ownsHandle: true));
    }

    public override int Configure(LineSettings settings, bool high)
    {
        var config = new GpioAbi.LineConfig
        {
            Flags =
                settings.Direction switch
                {
                    LineDirection.Input => GpioAbi.FlagInput,
                    LineDirection.Output => GpioAbi.FlagOutput,
                    _ => 0,
                }
                | settings.Drive switch
                {
                    PinDrive.OpenDrain => GpioAbi.FlagOpenDrain,
                    PinDrive.OpenSource => GpioAbi.FlagOpenSource,
                    _ => 0,
                }
                | settings.Pull switch
                {
                    PinPull.Up => GpioAbi.FlagPullUp,
                    PinPull.Down => GpioAbi.FlagPullDown,
                    PinPull.Off => GpioAbi.FlagPullOff,
                    _ => 0,
                }
                | (settings.Edges ? GpioAbi.FlagEdgeRising | GpioAbi.FlagEdgeFalling : 0),
        };
        if (settings.Direction == LineDirection.Output)
        {
            // Set with the direction, so that the line never has another level.
            config.AttributeCount = 1;
            config.Attributes[0] = new GpioAbi.LineConfigAttribute
            {
                Attribute = new GpioAbi.LineAttribute { Id = GpioAbi.AttributeOutputValues, Value = high ? 1u : 0 },
                Mask = 1,
            };
        }

        return Result(GpioAbi.Control(Handle, GpioAbi.SetConfig, &config));
    }

    public override int Write(bool high)
    {
        var values = new GpioAbi.LineValues { Bits = high ? 1u : 0, Mask = 1 };
        return Result(GpioAbi.Control(Handle, GpioAbi.SetValues, &values));
    }

    public override int Read(out bool high)
    {
        var values = new GpioAbi.LineValues { Mask = 1 };
        int error = Result(GpioAbi.Control(Handle, GpioAbi.GetValues, &values));
        high = (values.Bits & 1) != 0;
        return error;
    }

    public override bool? TakeEdge()
    {
        GpioAbi.LineEvent edge;
        return GpioAbi.ReadBytes(Handle, &edge, sizeof(GpioAbi.LineEvent)) == sizeof(GpioAbi.LineEvent)
            ? edge.Id == GpioAbi.LineEvent.RisingEdge
            : null;
    }

    internal static int Result(int returned) => returned < 0 ? Marshal.GetLastPInvokeError() : 0;
}
