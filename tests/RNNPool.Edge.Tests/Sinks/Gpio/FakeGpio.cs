using System.Collections.Concurrent;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Sinks.Gpio;

namespace RNNPool.Edge.Tests.Sinks.Gpio;

/// <summary>A machine with chips of the test's making; keeps the levels of its lines, and what was done to them in order.</summary>
internal sealed class FakeGpio : IGpioBackend
{
    private readonly ConcurrentQueue<string> _trace = new();
    private readonly ConcurrentDictionary<(string Chip, int Offset), bool> _levels = new();
    private readonly ConcurrentDictionary<(string Chip, int Offset), string> _held = new();

    /// <summary>The chips, as the kernel lists them.</summary>
    public List<GpioChip> Machine { get; } = [new("gpiochip0", "pinctrl-bcm2711", 58), new("gpiochip1", "raspberrypi-exp-gpio", 8)];

    /// <summary>Names of lines.</summary>
    public Dictionary<(string Label, int Offset), string> Names { get; } = [];

    /// <summary>Thrown instead of doing anything.</summary>
    public volatile GpioException? Failure;

    public string[] Trace => [.. _trace];

    /// <summary>Levels of a line, in order, as <c>open low</c>, <c>high</c>, <c>release</c>.</summary>
    public string[] Of(int offset) =>
        [
            .. _trace
                .Where(entry => entry.StartsWith($"{offset} ", StringComparison.Ordinal))
                .Select(entry => entry[(entry.IndexOf(' ', StringComparison.Ordinal) + 1)..]),
        ];

    public bool Level(int offset) => _levels.GetValueOrDefault(("pinctrl-bcm2711", offset));

    public void Drive(int offset, bool high) => _levels[("pinctrl-bcm2711", offset)] = high;

    public bool IsHeld(int offset) => _held.ContainsKey(("pinctrl-bcm2711", offset));

    public IReadOnlyList<GpioChip> Chips() => Failure is { } failure ? throw failure : Machine;

    public GpioLine Line(GpioChip chip, int offset) =>
        new(
            Names.GetValueOrDefault((chip.Label, offset), ""),
            _held.ContainsKey((chip.Label, offset)),
            _held.GetValueOrDefault((chip.Label, offset), "")
        );

    public IOutputPin OpenOutput(GpioChip chip, int offset, PinDrive drive, PinPull pull, bool high)
    {
        var pin = new Pin(this, chip, offset);
        _trace.Enqueue(
            $"{offset} open {(high ? "high" : "low")}{(drive == PinDrive.PushPull ? "" : $" {drive}")}{(pull == PinPull.Default ? "" : $" {pull}")}"
        );
        _levels[(chip.Label, offset)] = high;
        return pin;
    }

    public IInputPin OpenInput(GpioChip chip, int offset, PinPull pull) => new Pin(this, chip, offset);

    private sealed class Pin : IOutputPin, IInputPin
    {
        private readonly FakeGpio _gpio;
        private readonly (string Label, int Offset) _line;

        public Pin(FakeGpio gpio, GpioChip chip, int offset)
        {
            if (gpio.Failure is { } failure)
                throw failure;
            (_gpio, _line, Description) = (gpio, (chip.Label, offset), PinFactory.Describe(chip, offset, gpio.Line(chip, offset).Name));
            if (!gpio._held.TryAdd(_line, "rnnpool-edge"))
                throw new GpioException($"{Description} is in use.");
        }

        public string Description { get; }

        public void Write(bool high)
        {
            if (_gpio.Failure is { } failure)
                throw failure;
            _gpio._levels[_line] = high;
            _gpio._trace.Enqueue($"{_line.Offset} {(high ? "high" : "low")}");
        }

        public bool Read() => _gpio.Failure is { } failure ? throw failure : _gpio._levels.GetValueOrDefault(_line);

        public void Dispose()
        {
            _gpio._held.TryRemove(_line, out _);
            _gpio._trace.Enqueue($"{_line.Offset} release");
        }
    }
}
