using System.Collections.Concurrent;
using System.Device.Gpio;

namespace RNNPool.Edge.Hardware.Gpio.Kernel;

/// <summary>
/// The lines of one chip of the kernel as the pins of a <see cref="GpioController"/>. Opening a pin holds its line without a change;
/// closing it, or the end of the process, releases it. Thread-safe as <see cref="GpioDriver"/> requires: calls for one pin do not overlap.
/// </summary>
internal sealed class LineDriver(KernelChips chips, GpioChip chip, LineOptions options) : GpioDriver
{
    private readonly ConcurrentDictionary<int, Pin> _pins = new();

    protected override int PinCount => chip.Lines;

    protected override void OpenPin(int pinNumber)
    {
        var pin = new Pin(chips.Request(chip, pinNumber), chips.Name(chip, pinNumber));
        if (!_pins.TryAdd(pinNumber, pin))
            pin.Line.Dispose();
    }

    protected override void ClosePin(int pinNumber)
    {
        if (!_pins.TryRemove(pinNumber, out Pin? pin))
            return;
        pin.Watch?.Dispose();
        pin.Line.Dispose();
    }

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) =>
        mode is PinMode.Input or PinMode.InputPullUp or PinMode.InputPullDown or PinMode.Output;

    protected override PinMode GetPinMode(int pinNumber) => Get(pinNumber).Mode;

    protected override void SetPinMode(int pinNumber, PinMode mode) => SetPinMode(pinNumber, mode, PinValue.Low);

    protected override void SetPinMode(int pinNumber, PinMode mode, PinValue initialValue)
    {
        Pin pin = Get(pinNumber);
        pin.Mode = mode;
        Configure(pinNumber, pin, initialValue == PinValue.High);
    }

    protected override PinValue Read(int pinNumber)
    {
        Pin pin = Get(pinNumber);
        int error = pin.Line.Read(out bool high);
        return error == 0 ? high : throw KernelChips.Failed($"{pin.Description} cannot be read any more", error);
    }

    protected override void Write(int pinNumber, PinValue value)
    {
        Pin pin = Get(pinNumber);
        int error = pin.Line.Write(value == PinValue.High);
        if (error != 0)
            throw KernelChips.Failed($"{pin.Description} cannot be driven any more", error);
    }

    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
    {
        Pin pin = Get(pinNumber);
        lock (pin)
        {
            pin.Callbacks = [.. pin.Callbacks, (eventTypes, callback)];
            if (pin.Watch is not null)
                return;
            try
            {
                Configure(pinNumber, pin, high: false);
            }
            catch
            {
                pin.Callbacks = [];
                throw;
            }

            pin.Watch = LineEventPump.Shared.Add(pin.Line.Handle, () => OnEdge(pinNumber, pin));
        }
    }

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback)
    {
        Pin pin = Get(pinNumber);
        lock (pin)
        {
            pin.Callbacks = [.. pin.Callbacks.Where(entry => entry.Callback != callback)];
            if (pin.Callbacks.Length > 0)
                return;
            pin.Watch?.Dispose();
            pin.Watch = null;
            Configure(pinNumber, pin, high: false);
        }
    }

    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken)
    {
        using var arrived = new SemaphoreSlim(0);
        PinEventTypes found = PinEventTypes.None;
        PinChangeEventHandler callback = (_, edge) =>
        {
            found = edge.ChangeType;
            arrived.Release();
        };
        AddCallbackForPinValueChangedEvent(pinNumber, eventTypes, callback);
        try
        {
            arrived.Wait(cancellationToken);
            return new WaitForEventResult { EventTypes = found, TimedOut = false };
        }
        catch (OperationCanceledException)
        {
            return new WaitForEventResult { EventTypes = PinEventTypes.None, TimedOut = true };
        }
        finally
        {
            RemoveCallbackForPinValueChangedEvent(pinNumber, callback);
        }
    }

    protected override void Dispose(bool disposing)
    {
        foreach (int pin in _pins.Keys)
            ClosePin(pin);
        base.Dispose(disposing);
    }

    private Pin Get(int pinNumber) =>
        _pins.TryGetValue(pinNumber, out Pin? pin) ? pin : throw new InvalidOperationException($"Pin {pinNumber} is not open.");

    private void Configure(int pinNumber, Pin pin, bool high)
    {
        bool output = pin.Mode == PinMode.Output;
        PinPull pull = pin.Mode switch
        {
            PinMode.InputPullUp => PinPull.Up,
            PinMode.InputPullDown => PinPull.Down,
            _ => options.Pull,
        };
        PinDrive drive = output ? options.Drive : PinDrive.PushPull;
        var settings = new LineSettings(
            output ? LineDirection.Output : LineDirection.Input,
            drive,
            pull,
            Edges: !output && pin.Callbacks.Length > 0
        );
        int error = pin.Line.Configure(settings, high);
        if (error != 0)
            throw chips.Refused(chip, pinNumber, error, special: drive != PinDrive.PushPull || pull != PinPull.Default);
    }

    private static bool OnEdge(int pinNumber, Pin pin)
    {
        if (pin.Line.TakeEdge() is not { } rising)
            return false;
        PinEventTypes type = rising ? PinEventTypes.Rising : PinEventTypes.Falling;
        foreach ((PinEventTypes types, PinChangeEventHandler callback) in pin.Callbacks)
        {
            if ((types & type) != 0)
                callback(pin, new PinValueChangedEventArgs(type, pinNumber));
        }

        return true;
    }

    private sealed class Pin(KernelLine line, string description)
    {
        public KernelLine Line => line;

        public string Description => description;

        public PinMode Mode { get; set; } = PinMode.Input;

        public (PinEventTypes Types, PinChangeEventHandler Callback)[] Callbacks { get; set; } = [];

        public IDisposable? Watch { get; set; }
    }
}
