using System.Collections.Concurrent;
using System.Device.Gpio;
using RNNPool.Edge.Hardware.Gpio;

namespace RNNPool.Edge.Tests.Sinks.Gpio;

/// <summary>A machine with chips that the test chooses; keeps the levels of its lines and the calls for them in order.</summary>
internal sealed class FakeGpio : IGpioChips
{
    private readonly ConcurrentQueue<string> _trace = new();
    private readonly ConcurrentDictionary<(string Chip, int Offset), SimulatedLine> _lines = new();
    private readonly ConcurrentDictionary<(string Chip, int Offset), string> _held = new();

    /// <summary>The chips, as the kernel lists them.</summary>
    public List<GpioChip> Machine { get; } = [new("gpiochip0", "pinctrl-bcm2711", 58), new("gpiochip1", "raspberrypi-exp-gpio", 8)];

    /// <summary>Names of lines.</summary>
    public Dictionary<(string Label, int Offset), string> Names { get; } = [];

    /// <summary>Thrown by every call.</summary>
    public volatile Exception? Failure;

    /// <summary>Whether the chips report edges, as those of the kernel do.</summary>
    public bool ReportsEdges { get; init; } = true;

    /// <summary>How often a level has been read.</summary>
    public int Reads;

    public string[] Trace => [.. _trace];

    /// <summary>Levels of a line, in order, as <c>open low</c>, <c>high</c>, <c>release</c>.</summary>
    public string[] LevelsOf(int offset) =>
        [
            .. _trace
                .Where(entry => entry.StartsWith($"{offset} ", StringComparison.Ordinal))
                .Select(entry => entry[(entry.IndexOf(' ', StringComparison.Ordinal) + 1)..]),
        ];

    public bool Level(int offset) => Get("pinctrl-bcm2711", offset).High;

    public void Drive(int offset, bool high) => Get("pinctrl-bcm2711", offset).Drive(high);

    public bool IsHeld(int offset) => _held.ContainsKey(("pinctrl-bcm2711", offset));

    public IReadOnlyList<GpioChip> List() => Failure is { } failure ? throw failure : Machine;

    public GpioLine Line(GpioChip chip, int offset) =>
        new(
            Names.GetValueOrDefault((chip.Label, offset), ""),
            _held.ContainsKey((chip.Label, offset)),
            _held.GetValueOrDefault((chip.Label, offset), "")
        );

    public GpioDriver CreateDriver(GpioChip chip, LineOptions options) => new Driver(this, chip, options);

    private SimulatedLine Get(string label, int offset) => _lines.GetOrAdd((label, offset), static _ => new SimulatedLine());

    private sealed class Driver(FakeGpio gpio, GpioChip chip, LineOptions options) : GpioDriver
    {
        private readonly ConcurrentDictionary<int, PinMode> _modes = new();

        protected override int PinCount => chip.Lines;

        protected override void OpenPin(int pinNumber)
        {
            Check();
            if (!gpio._held.TryAdd((chip.Label, pinNumber), "rnnpool-edge"))
                throw new GpioException($"Line {pinNumber} is in use.");
            _modes[pinNumber] = PinMode.Input;
        }

        protected override void ClosePin(int pinNumber)
        {
            if (!_modes.TryRemove(pinNumber, out _))
                return;
            Line(pinNumber).Close();
            gpio._held.TryRemove((chip.Label, pinNumber), out _);
            gpio._trace.Enqueue($"{pinNumber} release");
        }

        protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => true;

        protected override PinMode GetPinMode(int pinNumber) => _modes[pinNumber];

        protected override void SetPinMode(int pinNumber, PinMode mode) => SetPinMode(pinNumber, mode, PinValue.Low);

        protected override void SetPinMode(int pinNumber, PinMode mode, PinValue initialValue)
        {
            Check();
            _modes[pinNumber] = mode;
            if (mode != PinMode.Output)
                return;
            string drive = options.Drive == PinDrive.PushPull ? "" : $" {options.Drive}";
            string pull = options.Pull == PinPull.Default ? "" : $" {options.Pull}";
            gpio._trace.Enqueue($"{pinNumber} open {Name(initialValue)}{drive}{pull}");
            Line(pinNumber).Drive(initialValue == PinValue.High);
        }

        protected override PinValue Read(int pinNumber)
        {
            Check();
            Interlocked.Increment(ref gpio.Reads);
            return Line(pinNumber).High;
        }

        protected override void Write(int pinNumber, PinValue value)
        {
            Check();
            Line(pinNumber).Drive(value == PinValue.High);
            gpio._trace.Enqueue($"{pinNumber} {Name(value)}");
        }

        protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
        {
            if (!gpio.ReportsEdges)
                throw new GpioException("The chip does not report edges.");
            Line(pinNumber).Add(pinNumber, eventTypes, callback);
        }

        protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) =>
            Line(pinNumber).Remove(callback);

        protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            foreach (int pin in _modes.Keys)
                ClosePin(pin);
            base.Dispose(disposing);
        }

        private SimulatedLine Line(int offset) => gpio.Get(chip.Label, offset);

        private void Check()
        {
            if (gpio.Failure is { } failure)
                throw failure;
        }

        private static string Name(PinValue value) => value == PinValue.High ? "high" : "low";
    }
}
