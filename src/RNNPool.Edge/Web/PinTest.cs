using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Sinks.Gpio;

namespace RNNPool.Edge.Web;

/// <summary>Blinks a pin that is not configured yet.</summary>
internal sealed class PinTest(PinFactory factory, IConfiguration configuration)
{
    private const int Blinks = 3;

    private static readonly TimeSpan BlinkTime = TimeSpan.FromMilliseconds(250);

    /// <summary>Blinks three times and leaves the pin off.</summary>
    public async Task<TrialReport> BlinkAsync(PinTrial trial, CancellationToken cancellationToken)
    {
        try
        {
            bool simulated = configuration.GetValue<bool>($"{GpioOptions.SectionName}:{nameof(GpioOptions.Simulated)}");
            using OpenPin pin = factory.OpenOutput("The pin", trial.Pin, high: trial.ActiveLow, simulated);
            for (int i = 0; i < Blinks; i++)
            {
                pin.Write(!trial.ActiveLow);
                await Task.Delay(BlinkTime, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pin.Write(trial.ActiveLow);
                if (!cancellationToken.IsCancellationRequested)
                    await Task.Delay(BlinkTime, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return new TrialReport(true, $"{pin.Description} has blinked {Blinks} times.", null);
        }
        catch (GpioException exception)
        {
            return new TrialReport(false, exception.Message, "'gpioinfo' (package gpiod) lists the chips and their lines.");
        }
    }
}
