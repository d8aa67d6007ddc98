using RNNPool.Edge.Sinks.Gpio;

namespace RNNPool.Edge.Web;

/// <summary>Blinks a pin that is not configured yet.</summary>
internal sealed class PinTest(IGpioBackend backend, IConfiguration configuration)
{
    private const int Blinks = 3;

    private static readonly TimeSpan BlinkTime = TimeSpan.FromMilliseconds(250);

    /// <summary>Blinks three times and leaves the pin off.</summary>
    public async Task<TrialReport> BlinkAsync(PinTrial trial, CancellationToken cancellationToken)
    {
        var options = new GpioOutputOptions { Pin = trial.Pin, ActiveLow = trial.ActiveLow };
        try
        {
            bool simulated = configuration.GetValue<bool>($"{GpioOptions.SectionName}:{nameof(GpioOptions.Simulated)}");
            using IOutputPin pin = new PinFactory(backend).OpenOutput("The pin", options, high: trial.ActiveLow, simulated);
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
