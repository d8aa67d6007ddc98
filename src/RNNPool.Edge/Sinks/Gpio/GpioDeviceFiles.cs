using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>The GPIO chips, if pins are configured.</summary>
internal sealed class GpioDeviceFiles(IOptions<GpioOptions> options) : IDeviceFileSource
{
    /// <inheritdoc/>
    public IEnumerable<DeviceFile> DeviceFiles
    {
        get
        {
            GpioOptions gpio = options.Value;
            bool used = !gpio.Simulated && gpio.Outputs.Count + gpio.Inputs.Count > 0;
            return used ? Directory.GetFiles("/dev", "gpiochip*").Select(chip => new DeviceFile(chip, "gpio")) : [];
        }
    }
}
