using System.Device.Pwm;
using RNNPool.Edge.Hardware.Gpio;

namespace RNNPool.Edge.Parts.Buzzer;

/// <summary>An open buzzer. Disposing it releases its line or channel.</summary>
internal interface IBuzzer : IDisposable
{
    /// <summary>Turns the tone on or off.</summary>
    /// <exception cref="IOException">The buzzer is lost.</exception>
    void Set(bool on);
}

/// <summary>A buzzer with its own tone, on a line.</summary>
internal sealed class ActiveBuzzer(OpenPin pin, bool activeLow) : IBuzzer
{
    public void Set(bool on) => pin.Write(on != activeLow);

    public void Dispose() => pin.Dispose();
}

/// <summary>A buzzer that sounds at the frequency of a PWM channel.</summary>
internal sealed class PassiveBuzzer(PwmChannel channel) : IBuzzer
{
    public void Set(bool on)
    {
        if (on)
        {
            channel.DutyCycle = 0.5;
            channel.Start();
        }
        else
        {
            channel.Stop();
        }
    }

    public void Dispose() => channel.Dispose();
}
