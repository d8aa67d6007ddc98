using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using System.Diagnostics;
using System.Globalization;
using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Hardware.Gpio.Kernel;

namespace RNNPool.Edge.Benchmarks;

/// <summary>
/// Compares drivers for the same lines of a chip: time of a write and of a read, and processor time while inputs wait for edges.
/// It needs a machine with a GPIO chip, where nothing is connected to the lines.
/// </summary>
internal static class PinDrivers
{
    private const int Rounds = 5;
    private const int Operations = 20_000;

    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    /// <summary>Runs <c>pins CHIP OUTPUT INPUT...</c>: name of the chip, such as gpiochip0, and numbers of lines.</summary>
    public static int Run(string[] arguments)
    {
        var chips = new KernelChips();
        GpioChip chip = chips.List().Single(candidate => candidate.Name == arguments[0]);
        int number = int.Parse(chip.Name.AsSpan("gpiochip".Length), CultureInfo.InvariantCulture);
        int[] lines = [.. arguments.Skip(1).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];
        (string Name, Func<GpioDriver> Create)[] drivers =
        [
            ("LineDriver", () => chips.CreateDriver(chip, default)),
            ("LibGpiodDriver", () => new LibGpiodDriver(number)),
        ];

        // The drivers take turns, and the least of each figure counts: what else the machine does only adds to it.
        var least = new Result[drivers.Length];
        for (int round = 0; round <= Rounds; round++)
        {
            for (int i = 0; i < drivers.Length; i++)
            {
                Result result = Measure(drivers[i].Create, lines[0], lines[1..]);

                // The first round is compiled while it runs.
                least[i] = round <= 1 ? result : least[i].Least(result);
            }
        }

        Console.WriteLine("| driver | write | read | processor while idle |");
        Console.WriteLine("|---|---|---|---|");
        for (int i = 0; i < drivers.Length; i++)
            Console.WriteLine(least[i].Row(drivers[i].Name));
        return 0;
    }

    private static Result Measure(Func<GpioDriver> create, int output, int[] inputs)
    {
        using var controller = new GpioController(create());
        controller.OpenPin(output, PinMode.Output);
        double write = Time(i => controller.Write(output, i % 2 == 0 ? PinValue.High : PinValue.Low));
        double read = Time(_ => controller.Read(output));

        foreach (int input in inputs)
        {
            controller.OpenPin(input, PinMode.Input);
            controller.RegisterCallbackForPinValueChangedEvent(input, PinEventTypes.Rising | PinEventTypes.Falling, static (_, _) => { });
        }

        Thread.Sleep(Settle);
        TimeSpan busy = Process.GetCurrentProcess().TotalProcessorTime;
        Thread.Sleep(Idle);
        busy = Process.GetCurrentProcess().TotalProcessorTime - busy;
        return new Result(write, read, busy / Idle);
    }

    private static double Time(Action<int> operation)
    {
        long begin = Stopwatch.GetTimestamp();
        for (int i = 0; i < Operations; i++)
            operation(i);
        return Stopwatch.GetElapsedTime(begin).TotalMicroseconds / Operations;
    }

    private readonly record struct Result(double Write, double Read, double Busy)
    {
        public Result Least(Result other) => new(Math.Min(Write, other.Write), Math.Min(Read, other.Read), Math.Min(Busy, other.Busy));

        public string Row(string name) =>
            string.Create(CultureInfo.InvariantCulture, $"| {name} | {Write:0.0} us | {Read:0.0} us | {Busy:0.00 %} |");
    }
}
