using System.Device.Gpio;
using RNNPool.Edge.Hardware.Gpio;

namespace RNNPool.Edge.Tests.Hardware;

/// <summary>Simulated lines under the library's own controller.</summary>
public sealed class SimulatedPinsTests
{
    private readonly SimulatedPins _pins = new();

    [Fact]
    public void An_output_has_its_first_level_and_each_written_one()
    {
        using OpenPin pin = OpenPin.Open(_pins.CreateDriver("17"), 0, "GPIO17", PinMode.Output, high: true);
        Assert.True(_pins["17"].High);

        pin.Write(false);

        Assert.False(_pins[" 17 "].High);
    }

    [Fact]
    public void A_watched_input_reports_each_edge_until_it_is_disposed()
    {
        int edges = 0;
        OpenPin pin = OpenPin.Open(_pins.CreateDriver("4"), 0, "GPIO4", PinMode.InputPullUp);
        Assert.True(pin.Read());
        Assert.True(pin.TryWatch(() => edges++));

        _pins["4"].Drive(false);
        _pins["4"].Drive(false);
        _pins["4"].Drive(true);
        Assert.Equal(2, edges);

        pin.Dispose();
        _pins["4"].Drive(false);
        Assert.Equal(2, edges);
        Assert.False(_pins["4"].IsOpen);
    }

    [Fact]
    public async Task A_wait_ends_with_the_edge_or_with_its_time()
    {
        using var controller = new GpioController(_pins.CreateDriver("4"));
        controller.OpenPin(0, PinMode.Input);
        Assert.True(controller.WaitForEvent(0, PinEventTypes.Rising, TimeSpan.FromMilliseconds(1)).TimedOut);

        Task<WaitForEventResult> wait = Task.Run(
            () => controller.WaitForEvent(0, PinEventTypes.Falling, TimeSpan.FromSeconds(30)),
            TestContext.Current.CancellationToken
        );
        while (!wait.IsCompleted)
        {
            _pins["4"].Drive(true);
            _pins["4"].Drive(false);
        }

        WaitForEventResult result = await wait;
        Assert.False(result.TimedOut);
        Assert.Equal(PinEventTypes.Falling, result.EventTypes);
    }

    [Fact]
    public void Writing_and_reading_a_pin_allocates_at_most_what_the_controller_does()
    {
        using OpenPin pin = OpenPin.Open(_pins.CreateDriver("17"), 0, "GPIO17", PinMode.Output);
        Toggle(pin);
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 1000; i++)
            Toggle(pin);

        // The controller of System.Device.Gpio 4.2 allocates 40 bytes; a pin is written when its level changes, not for each frame.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 1000, 0, 40);
    }

    private static void Toggle(OpenPin pin)
    {
        pin.Write(!pin.Read());
    }
}
