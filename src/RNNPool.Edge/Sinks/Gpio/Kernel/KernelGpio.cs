using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace RNNPool.Edge.Sinks.Gpio.Kernel;

/// <summary>The GPIO chips of the kernel, through their character devices.</summary>
internal sealed class KernelGpio : IGpioBackend
{
    private const string Devices = "/dev";
    private const string Prefix = "gpiochip";
    private const string Consumer = "rnnpool-edge";
    private const int ReadWriteCloseOnExec = 2 | 0x80000;
    private const int NoPermission = 1,
        NoEntry = 2,
        AccessDenied = 13,
        Busy = 16,
        NotSupported = 95,
        Invalid = 22,
        NoDevice = 19;

    public IReadOnlyList<GpioChip> Chips()
    {
        // Raspberry Pi's kernel keeps an old number as a link to the same chip.
        List<string> names =
        [
            .. Directory.Exists(Devices)
                ? new DirectoryInfo(Devices).EnumerateFiles(Prefix + "*").Where(file => file.LinkTarget is null).Select(file => file.Name)
                : [],
        ];
        if (names.Count == 0)
            throw new GpioException(
                $"This machine has no GPIO chip, or this program cannot access it ({Devices}/{Prefix}* is missing); to run without pins set Gpio:Simulated to true, or leave out Gpio:Outputs and Gpio:Inputs."
            );
        var chips = new List<GpioChip>();
        GpioException? refused = null;
        foreach (
            string name in names.OrderBy(name =>
                int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                    ? number
                    : int.MaxValue
            )
        )
        {
            try
            {
                using SafeFileHandle handle = Open(name);
                chips.Add(Describe(handle, name));
            }
            catch (GpioException exception)
            {
                refused ??= exception;
            }
        }

        return chips.Count > 0 ? chips : throw refused!;
    }

    public unsafe GpioLine Line(GpioChip chip, int offset)
    {
        using SafeFileHandle handle = Open(chip.Name);
        var info = new GpioAbi.LineInfo { Offset = (uint)offset };
        if (GpioAbi.Control(handle, GpioAbi.GetLineInfo, &info) < 0)
            throw Failed($"Line {offset} of {chip.Label} cannot be asked");
        return new GpioLine(Text(info.Name), (info.Flags & GpioAbi.FlagUsed) != 0, Text(info.Consumer));
    }

    public IOutputPin OpenOutput(GpioChip chip, int offset, PinDrive drive, PinPull pull, bool high)
    {
        ulong flags =
            GpioAbi.FlagOutput
            | Flags(pull)
            | (
                drive switch
                {
                    PinDrive.OpenDrain => GpioAbi.FlagOpenDrain,
                    PinDrive.OpenSource => GpioAbi.FlagOpenSource,
                    _ => 0,
                }
            );
        return new KernelPin(Request(chip, offset, flags, high), Name(chip, offset));
    }

    public IInputPin OpenInput(GpioChip chip, int offset, PinPull pull) =>
        new KernelPin(Request(chip, offset, GpioAbi.FlagInput | Flags(pull), null), Name(chip, offset));

    private static ulong Flags(PinPull pull) =>
        pull switch
        {
            PinPull.Up => GpioAbi.FlagPullUp,
            PinPull.Down => GpioAbi.FlagPullDown,
            PinPull.Off => GpioAbi.FlagPullOff,
            _ => 0,
        };

    private static SafeFileHandle Open(string name)
    {
        string path = Path.Combine(Devices, name);
        int descriptor = GpioAbi.Open(path, ReadWriteCloseOnExec);
        if (descriptor >= 0)
            return new SafeFileHandle(descriptor, ownsHandle: true);
        int error = Marshal.GetLastPInvokeError();
        throw new GpioException(
            error switch
            {
                NoPermission or AccessDenied =>
                    $"{path} may not be opened by this user; add it to the group gpio ('sudo usermod -aG gpio {Environment.UserName}') and log in again, or allow the device in the service's unit (DeviceAllow=char-gpiochip rw).",
                NoEntry or NoDevice => $"{path} is not there any more.",
                _ => $"{path} cannot be opened: {Marshal.GetPInvokeErrorMessage(error)}.",
            }
        );
    }

    private static unsafe GpioChip Describe(SafeFileHandle handle, string name)
    {
        GpioAbi.ChipInfo info = default;
        if (GpioAbi.Control(handle, GpioAbi.GetChipInfo, &info) < 0)
            throw Failed($"{name} cannot be asked");
        return new GpioChip(name, Text(info.Label), (int)info.Lines);
    }

    private unsafe SafeFileHandle Request(GpioChip chip, int offset, ulong flags, bool? high)
    {
        using SafeFileHandle handle = Open(chip.Name);
        var request = new GpioAbi.LineRequest { LineCount = 1 };
        request.Offsets[0] = (uint)offset;
        for (int i = 0; i < Consumer.Length; i++)
            request.Consumer[i] = (byte)Consumer[i];
        request.Config.Flags = flags;
        if (high is { } level)
        {
            // Set with the request, so that the line never has another level.
            request.Config.AttributeCount = 1;
            request.Config.Attributes[0] = new GpioAbi.LineConfigAttribute
            {
                Attribute = new GpioAbi.LineAttribute { Id = GpioAbi.AttributeOutputValues, Value = level ? 1u : 0 },
                Mask = 1,
            };
        }

        if (GpioAbi.Control(handle, GpioAbi.GetLine, &request) >= 0)
            return new SafeFileHandle(request.Descriptor, ownsHandle: true);
        int error = Marshal.GetLastPInvokeError();
        string line = Name(chip, offset);
        throw new GpioException(
            error switch
            {
                Busy => $"{line} is in use{Holder(chip, offset)}; stop what holds it, or choose another line ('gpioinfo' lists them).",
                Invalid or NotSupported when (flags & ~(GpioAbi.FlagInput | GpioAbi.FlagOutput)) != 0 =>
                    $"{line} cannot be used like this: the chip does not know the resistor or the drive that is asked for; leave out Bias, Pull and Drive.",
                NoPermission or AccessDenied => $"{line} may not be used by this program; the kernel forbids it.",
                _ => $"{line} cannot be used: {Marshal.GetPInvokeErrorMessage(error)}.",
            }
        );
    }

    private string Holder(GpioChip chip, int offset)
    {
        try
        {
            return Line(chip, offset).Consumer is { Length: > 0 } consumer ? $" by '{consumer}'" : "";
        }
        catch (GpioException)
        {
            return "";
        }
    }

    private string Name(GpioChip chip, int offset)
    {
        try
        {
            return PinFactory.Describe(chip, offset, Line(chip, offset).Name);
        }
        catch (GpioException)
        {
            return PinFactory.Describe(chip, offset, "");
        }
    }

    private static GpioException Failed(string what) => new($"{what}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");

    private static unsafe string Text(byte* name)
    {
        var bytes = new ReadOnlySpan<byte>(name, GpioAbi.NameSize);
        int end = bytes.IndexOf((byte)0);
        return string.Concat(Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]).Where(c => !char.IsControl(c)));
    }

    private sealed unsafe class KernelPin(SafeFileHandle line, string description) : IOutputPin, IInputPin
    {
        public string Description => description;

        public void Write(bool high)
        {
            var values = new GpioAbi.LineValues { Bits = high ? 1u : 0, Mask = 1 };
            if (GpioAbi.Control(line, GpioAbi.SetValues, &values) < 0)
                throw Failed($"{description} cannot be driven any more");
        }

        public bool Read()
        {
            var values = new GpioAbi.LineValues { Mask = 1 };
            if (GpioAbi.Control(line, GpioAbi.GetValues, &values) < 0)
                throw Failed($"{description} cannot be read any more");
            return (values.Bits & 1) != 0;
        }

        public void Dispose() => line.Dispose();
    }
}
