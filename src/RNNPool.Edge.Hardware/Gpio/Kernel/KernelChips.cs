using System.Device.Gpio;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace RNNPool.Edge.Hardware.Gpio.Kernel;

/// <summary>
/// The GPIO chips of the kernel, through their character devices; version 2 of the interface where the kernel has it, else version 1.
/// </summary>
public sealed class KernelChips : IGpioChips
{
    /// <summary>
    /// Set to <c>1</c>, it makes the program use version 1 of the kernel's interface, to test that version on a newer kernel.
    /// </summary>
    public const string VersionVariable = "RNNPOOL_GPIO_ABI";

    private const string Devices = "/dev";
    private const string Prefix = "gpiochip";
    private const int ReadWriteCloseOnExec = 2 | 0x80000;

    private readonly bool _forceVersion1 = Environment.GetEnvironmentVariable(VersionVariable) == "1";

    private static ReadOnlySpan<byte> Consumer => "rnnpool-edge"u8;

    /// <inheritdoc/>
    public IReadOnlyList<GpioChip> List()
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
                $"This machine has no GPIO chip, or this program cannot access it ({Devices}/{Prefix}* is missing); "
                    + "to run without pins set Gpio:Simulated to true, or leave out Gpio:Outputs and Gpio:Inputs."
            );
        var chips = new List<GpioChip>();
        GpioException? refused = null;
        foreach (string name in names.OrderBy(Number))
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

    /// <inheritdoc/>
    public unsafe GpioLine Line(GpioChip chip, int offset)
    {
        using SafeFileHandle handle = Open(chip.Name);
        if (HasVersion2(handle))
        {
            var info = new GpioAbi.LineInfo { Offset = (uint)offset };
            if (GpioAbi.Control(handle, GpioAbi.GetLineInfo, &info) < 0)
                throw Failed($"Line {offset} of {chip.Label} cannot be queried", Marshal.GetLastPInvokeError());
            return new GpioLine(Text(info.Name), (info.Flags & GpioAbi.FlagUsed) != 0, Text(info.Consumer));
        }

        var old = new GpioAbiV1.LineInfo { Offset = (uint)offset };
        if (GpioAbi.Control(handle, GpioAbiV1.GetLineInfo, &old) < 0)
            throw Failed($"Line {offset} of {chip.Label} cannot be queried", Marshal.GetLastPInvokeError());
        return new GpioLine(Text(old.Name), (old.Flags & GpioAbiV1.FlagUsed) != 0, Text(old.Consumer));
    }

    /// <inheritdoc/>
    public GpioDriver CreateDriver(GpioChip chip, LineOptions options) => new LineDriver(this, chip, options);

    /// <summary>Requests a line as it is: neither direction nor level changes.</summary>
    /// <exception cref="GpioException">It cannot be requested; the message contains the fix.</exception>
    internal KernelLine Request(GpioChip chip, int offset)
    {
        using SafeFileHandle handle = Open(chip.Name);
        KernelLine? line;
        int error;
        if (HasVersion2(handle))
            line = LineV2.Request(handle, offset, Consumer, out error);
        else
            line = LineV1.Request(() => Open(chip.Name), offset, Consumer, out error);
        return line ?? throw Refused(chip, offset, error, special: false);
    }

    /// <summary>The exception for a line that the kernel refused.</summary>
    /// <param name="chip">The chip.</param>
    /// <param name="offset">The line.</param>
    /// <param name="error">The kernel's error.</param>
    /// <param name="special">Whether a drive or a resistor was requested.</param>
    internal GpioException Refused(GpioChip chip, int offset, int error, bool special)
    {
        string line = Name(chip, offset);
        return new GpioException(
            error switch
            {
                KernelError.Busy =>
                    $"{line} is in use{Holder(chip, offset)}; stop what holds it, or choose another line ('gpioinfo' lists them).",
                KernelError.Invalid or KernelError.NotSupported when special =>
                    $"{line} cannot be used like this: the chip lacks the resistor or the drive that the settings ask for; "
                        + "leave out Bias, Pull and Drive.",
                KernelError.NoPermission or KernelError.AccessDenied => $"{line} may not be used by this program; the kernel forbids it.",
                _ => $"{line} cannot be used: {Marshal.GetPInvokeErrorMessage(error)}.",
            }
        );
    }

    internal static GpioException Failed(string what, int error) => new($"{what}: {Marshal.GetPInvokeErrorMessage(error)}.");

    /// <summary>Name of a line in messages.</summary>
    internal string Name(GpioChip chip, int offset)
    {
        try
        {
            return PinLocator.Describe(chip, offset, Line(chip, offset).Name);
        }
        catch (GpioException)
        {
            return PinLocator.Describe(chip, offset, "");
        }
    }

    private static int Number(string name) =>
        int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : int.MaxValue;

    // A kernel without version 2 does not know its requests.
    private unsafe bool HasVersion2(SafeFileHandle chip)
    {
        var info = new GpioAbi.LineInfo();
        return !_forceVersion1 && GpioAbi.Control(chip, GpioAbi.GetLineInfo, &info) >= 0;
    }

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
                KernelError.NoPermission or KernelError.AccessDenied =>
                    $"{path} may not be opened by this user; add it to the group gpio ('sudo usermod -aG gpio {Environment.UserName}') "
                        + "and log in again, or allow the device in the service's unit (DeviceAllow=char-gpiochip rw).",
                KernelError.NoEntry or KernelError.NoDevice => $"{path} does not exist any more.",
                _ => $"{path} cannot be opened: {Marshal.GetPInvokeErrorMessage(error)}.",
            }
        );
    }

    private static unsafe GpioChip Describe(SafeFileHandle handle, string name)
    {
        GpioAbi.ChipInfo info = default;
        if (GpioAbi.Control(handle, GpioAbi.GetChipInfo, &info) < 0)
            throw Failed($"{name} cannot be queried", Marshal.GetLastPInvokeError());
        return new GpioChip(name, Text(info.Label), (int)info.Lines);
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

    private static unsafe string Text(byte* name)
    {
        var bytes = new ReadOnlySpan<byte>(name, GpioAbi.NameSize);
        int end = bytes.IndexOf((byte)0);
        return string.Concat(Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]).Where(c => !char.IsControl(c)));
    }
}

/// <summary>Errors of Linux that have a sentence of their own.</summary>
internal static class KernelError
{
    public const int NoPermission = 1,
        NoEntry = 2,
        Interrupted = 4,
        AccessDenied = 13,
        Busy = 16,
        NoDevice = 19,
        Invalid = 22,
        NotSupported = 95;
}
