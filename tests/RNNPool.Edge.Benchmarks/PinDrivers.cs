using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using System.Diagnostics;
using System.Globalization;
using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Hardware.Gpio.Kernel;

namespace RNNPool.Edge.Benchmarks;

/// <summary>
/// Compares drivers for the same lines of a chip: time of a write and of a read, processor time and threads while inputs wait for edges.
/// It needs a machine with a GPIO chip, where nothing is connected to the lines.
/// </summary>
internal static class PinDrivers
{
    private const int Operations = 20_000;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);

    /// <summary>Runs <c>pins CHIP OUTPUT INPUT...</c>: name of the chip, such as gpiochip0, and numbers of lines.</summary>
    public static int Run(string[] arguments)
    {
        var chips = new KernelChips();
        GpioChip chip = chips.List().Single(candidate => candidate.Name == arguments[0]);
        int number = int.Parse(chip.Name.AsSpan("gpiochip".Length), CultureInfo.InvariantCulture);
        int[] lines = [.. arguments.Skip(1).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];
        Console.WriteLine("| driver | write | read | processor while idle | threads |");
        Console.WriteLine("|---|---|---|---|---|");
        Measure("LineDriver", () => chips.CreateDriver(chip, default), lines[0], lines[1..]);
        Measure("LibGpiodDriver", () => new LibGpiodDriver(number), lines[0], lines[1..]);
        return 0;
    }

    private static void Measure(string name, Func<GpioDriver> create, int output, int[] inputs)
    {
        using var controller = new GpioController(create());
        controller.OpenPin(output, PinMode.Output);
        Time(i => controller.Write(output, i % 2 == 0 ? PinValue.High : PinValue.Low));
        double write = Time(i => controller.Write(output, i % 2 == 0 ? PinValue.High : PinValue.Low));
        double read = Time(_ => controller.Read(output));

        int before = Process.GetCurrentProcess().Threads.Count;
        foreach (int input in inputs)
        {
            controller.OpenPin(input, PinMode.Input);
            controller.RegisterCallbackForPinValueChangedEvent(input, PinEventTypes.Rising | PinEventTypes.Falling, static (_, _) => { });
        }

        Thread.Sleep(TimeSpan.FromSeconds(1));
        int threads = Process.GetCurrentProcess().Threads.Count - before;
        TimeSpan busy = Process.GetCurrentProcess().TotalProcessorTime;
        Thread.Sleep(Idle);
        busy = Process.GetCurrentProcess().TotalProcessorTime - busy;
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"| {name} | {write:0.0} us | {read:0.0} us | {busy / Idle:0.00 %} | {threads} |")
        );
    }

    private static double Time(Action<int> operation)
    {
        long begin = Stopwatch.GetTimestamp();
        for (int i = 0; i < Operations; i++)
            operation(i);
        return Stopwatch.GetElapsedTime(begin).TotalMicroseconds / Operations;
    }
}
