using System.Collections.Concurrent;
using System.Device.Gpio;

namespace RNNPool.Edge.Hardware.Gpio;

/// <summary>Lines that exist in memory only, by their address in the settings. Tests and the page drive the inputs. Thread-safe.</summary>
public sealed class SimulatedPins
{
    private readonly ConcurrentDictionary<string, SimulatedLine> _lines = new(StringComparer.Ordinal);

    /// <summary>A line; it is low until it is driven.</summary>
    public SimulatedLine this[string address] => _lines.GetOrAdd(address.Trim(), static _ => new SimulatedLine());

    /// <summary>Creates a driver that has the line as its pin 0.</summary>
    /// <param name="address">Address of the line.</param>
    public GpioDriver CreateDriver(string address) => new Driver(this[address]);

    private sealed class Driver(SimulatedLine line) : GpioDriver
    {
        private PinMode _mode = PinMode.Input;

        protected override int PinCount => 1;

        protected override void OpenPin(int pinNumber) => line.Open();

        protected override void ClosePin(int pinNumber) => line.Close();

        protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => true;

        protected override PinMode GetPinMode(int pinNumber) => _mode;

        protected override void SetPinMode(int pinNumber, PinMode mode) => SetPinMode(pinNumber, mode, PinValue.Low);

        protected override void SetPinMode(int pinNumber, PinMode mode, PinValue initialValue)
        {
            _mode = mode;
            if (mode == PinMode.Output)
                line.Drive(initialValue == PinValue.High);
            else if (mode == PinMode.InputPullUp)
                line.Rest(high: true);
        }

        protected override PinValue Read(int pinNumber) => line.High;

        protected override void Write(int pinNumber, PinValue value) => line.Drive(value == PinValue.High);

        protected override void AddCallbackForPinValueChangedEvent(
            int pinNumber,
            PinEventTypes eventTypes,
            PinChangeEventHandler callback
        ) => line.Add(pinNumber, eventTypes, callback);

        protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) =>
            line.Remove(callback);

        protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken)
        {
            // An edge may still call back after the callback is removed, so nothing here may be disposed.
            var arrived = new TaskCompletionSource<PinEventTypes>(TaskCreationOptions.RunContinuationsAsynchronously);
            PinChangeEventHandler callback = (_, edge) => arrived.TrySetResult(edge.ChangeType);
            line.Add(pinNumber, eventTypes, callback);
            try
            {
                arrived.Task.Wait(cancellationToken);
                return new WaitForEventResult { EventTypes = arrived.Task.Result };
            }
            catch (OperationCanceledException)
            {
                return new WaitForEventResult { TimedOut = true };
            }
            finally
            {
                line.Remove(callback);
            }
        }
    }
}

/// <summary>A line that exists in memory only. Thread-safe.</summary>
public sealed class SimulatedLine
{
    private readonly Lock _lock = new();
    private (int Pin, PinEventTypes Types, PinChangeEventHandler Callback)[] _callbacks = [];
    private volatile bool _high;
    private bool _driven;

    /// <summary>Whether the line is high.</summary>
    public bool High => _high;

    /// <summary>Whether a pin holds the line.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Drives the line, from either side.</summary>
    public void Drive(bool high)
    {
        _driven = true;
        (int Pin, PinEventTypes Types, PinChangeEventHandler Callback)[] callbacks;
        lock (_lock)
        {
            if (_high == high)
                return;
            _high = high;
            callbacks = _callbacks;
        }

        PinEventTypes type = high ? PinEventTypes.Rising : PinEventTypes.Falling;
        foreach ((int pin, PinEventTypes types, PinChangeEventHandler callback) in callbacks)
        {
            if ((types & type) != 0)
                callback(this, new PinValueChangedEventArgs(type, pin));
        }
    }

    /// <summary>Sets the level that the line has until it is driven.</summary>
    public void Rest(bool high)
    {
        if (!_driven)
            _high = high;
    }

    internal void Open() => IsOpen = true;

    internal void Close()
    {
        IsOpen = false;
        lock (_lock)
            _callbacks = [];
    }

    internal void Add(int pin, PinEventTypes types, PinChangeEventHandler callback)
    {
        lock (_lock)
            _callbacks = [.. _callbacks, (pin, types, callback)];
    }

    internal void Remove(PinChangeEventHandler callback)
    {
        lock (_lock)
            _callbacks = [.. _callbacks.Where(entry => entry.Callback != callback)];
    }
}
