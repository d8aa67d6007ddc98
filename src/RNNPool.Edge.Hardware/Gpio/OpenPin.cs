using System.Device.Gpio;

namespace RNNPool.Edge.Hardware.Gpio;

/// <summary>
/// A line that this program holds, as a pin of a <see cref="GpioController"/> of its own. Disposing it releases the line. A binding takes
/// <see cref="Controller"/> and <see cref="Number"/>.
/// </summary>
public sealed class OpenPin : IDisposable
{
    private OpenPin(GpioController controller, int number, string description)
    {
        Controller = controller;
        Number = number;
        Description = description;
    }

    /// <summary>The controller; it has no other open pin.</summary>
    public GpioController Controller { get; }

    /// <summary>Number of the pin at its controller.</summary>
    public int Number { get; }

    /// <summary>Its name in messages, such as <c>GPIO17 of pinctrl-bcm2711</c>.</summary>
    public string Description { get; }

    /// <summary>Opens a pin of a driver.</summary>
    /// <param name="driver">The driver; the pin disposes it.</param>
    /// <param name="number">Number of the pin.</param>
    /// <param name="description">Its name in messages.</param>
    /// <param name="mode">Its mode.</param>
    /// <param name="high">The first level of an output; the line has no other before it.</param>
    /// <exception cref="GpioException">It cannot be opened.</exception>
    public static OpenPin Open(GpioDriver driver, int number, string description, PinMode mode, bool high = false)
    {
        var controller = new GpioController(driver);
        try
        {
            if (mode == PinMode.Output)
                controller.OpenPin(number, mode, high);
            else
                controller.OpenPin(number, mode);
        }
        catch
        {
            controller.Dispose();
            throw;
        }

        return new OpenPin(controller, number, description);
    }

    /// <summary>Drives the line.</summary>
    /// <exception cref="GpioException">The line is lost because its chip has been removed.</exception>
    public void Write(bool high) => Controller.Write(Number, high);

    /// <summary>Whether the line is high.</summary>
    /// <exception cref="GpioException">The line is lost because its chip has been removed.</exception>
    public bool Read() => Controller.Read(Number) == PinValue.High;

    /// <summary>Calls a method after each change of the level, on a thread of the driver, until the pin is disposed.</summary>
    /// <returns>Whether the chip reports changes; a chip that does not must be polled.</returns>
    public bool TryWatch(Action changed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        try
        {
            Controller.RegisterCallbackForPinValueChangedEvent(Number, PinEventTypes.Rising | PinEventTypes.Falling, (_, _) => changed());
            return true;
        }
        catch (Exception exception) when (exception is IOException or NotSupportedException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Controller.Dispose();
}
