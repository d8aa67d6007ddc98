namespace RNNPool.Edge.Parts.StatusLight;

/// <summary>What the LEDs show.</summary>
internal enum LightMode
{
    /// <summary>It is night.</summary>
    Night,

    /// <summary>The device does not work.</summary>
    Problem,

    /// <summary>Detection is paused.</summary>
    Paused,

    /// <summary>Objects are present.</summary>
    Present,

    /// <summary>Nothing is present.</summary>
    Idle,
}

/// <summary>Decides which colour each LED has. It depends on nothing but its arguments.</summary>
internal static class LightPlan
{
    /// <summary>Half a period of the blinking of a problem.</summary>
    public static readonly TimeSpan BlinkTime = TimeSpan.FromSeconds(0.5);

    /// <summary>Time between two updates while the LEDs breathe.</summary>
    public static readonly TimeSpan BreathStep = TimeSpan.FromSeconds(0.1);

    private static readonly TimeSpan BreathPeriod = TimeSpan.FromSeconds(5);

    /// <summary>Brightest part of a breath, as a fraction of the brightness.</summary>
    private const double BreathPeak = 0.4;

    /// <summary>Fills the colours.</summary>
    /// <param name="colors">The LEDs, from the first of the chain.</param>
    /// <param name="mode">What they show.</param>
    /// <param name="present">Present objects.</param>
    /// <param name="engine">Colour of the engine.</param>
    /// <param name="breathes">Whether they breathe while nothing is present.</param>
    /// <param name="brightness">Brightness, 0 to 1.</param>
    /// <param name="now">Time since the start.</param>
    /// <returns>Time to the next change; <see cref="Timeout.InfiniteTimeSpan"/> for none.</returns>
    public static TimeSpan Fill(Span<Rgb> colors, LightMode mode, int present, Rgb engine, bool breathes, double brightness, TimeSpan now)
    {
        colors.Clear();
        switch (mode)
        {
            case LightMode.Problem:
                if (now.Ticks / BlinkTime.Ticks % 2 == 0)
                    colors.Fill(Rgb.Red.Scale(brightness));
                return BlinkTime - TimeSpan.FromTicks(now.Ticks % BlinkTime.Ticks);
            case LightMode.Paused:
                colors.Fill(Rgb.Blue.Scale(brightness));
                break;
            case LightMode.Present:
                colors[..Math.Min(present, colors.Length)].Fill(engine.Scale(brightness));
                break;
            case LightMode.Idle when breathes:
                double phase = (double)(now.Ticks % BreathPeriod.Ticks) / BreathPeriod.Ticks;
                double breath = (1 - Math.Cos(2 * Math.PI * phase)) / 2;
                colors.Fill(engine.Scale(brightness * BreathPeak * breath));
                return BreathStep;
        }

        return Timeout.InfiniteTimeSpan;
    }
}
