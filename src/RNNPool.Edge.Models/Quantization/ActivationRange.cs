namespace RNNPool.Edge.Models.Quantization;

/// <summary>Scale and zero point of an int8 tensor.</summary>
/// <param name="Scale">Real value of one step.</param>
/// <param name="ZeroPoint">Integer that represents zero, -128 to 127.</param>
public readonly record struct TensorScale(float Scale, int ZeroPoint)
{
    /// <summary>The largest real value that does not saturate.</summary>
    public double High => (127.0 - ZeroPoint) * Scale;

    /// <summary>The smallest real value that does not saturate.</summary>
    public double Low => (-128.0 - ZeroPoint) * Scale;
}

/// <summary>Statistics of one tensor, or of all tensors of a residual chain, over the calibration pictures.</summary>
internal sealed class ActivationRange
{
    private const int Bins = 2048;
    private readonly long[] _histogram = new long[Bins];
    private long _count;

    public double Minimum { get; private set; }

    public double Maximum { get; private set; }

    /// <summary>First pass: widens the range; it always contains zero, which padding needs.</summary>
    public void Widen(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (value < Minimum)
                Minimum = value;
            if (value > Maximum)
                Maximum = value;
        }
    }

    /// <summary>Second pass: counts values.</summary>
    public void Count(ReadOnlySpan<float> values)
    {
        double scale = Bins / Math.Max(Maximum - Minimum, 1e-6);
        foreach (float value in values)
            _histogram[(int)Math.Clamp((value - Minimum) * scale, 0, Bins - 1)]++;
        _count += values.Length;
    }

    /// <summary>Scale of a tensor behind ReLU6: zero point -128, so that saturation clips at zero and at the chosen maximum.</summary>
    public TensorScale ChooseRelu6(RangeChoice choice)
    {
        double high = Math.Clamp(Maximum, 0.01, 6);
        if (choice == RangeChoice.MeanSquare)
            high *= Best(fraction => Error(0, Maximum * fraction, Maximum * fraction / 255));
        return new TensorScale((float)(Math.Max(high, 0.01) / 255), -128);
    }

    /// <summary>Scale of a linear tensor.</summary>
    public TensorScale ChooseLinear(RangeChoice choice)
    {
        (double low, double high) = (Minimum, Maximum);
        if (choice == RangeChoice.MeanSquare)
        {
            // Alternately: the error is smooth enough in both ends for that to find the minimum.
            for (int round = 0; round < 3; round++)
            {
                high = Maximum * Best(fraction => Error(low, Maximum * fraction, ((Maximum * fraction) - low) / 255));
                low = Minimum * Best(fraction => Error(Minimum * fraction, high, (high - (Minimum * fraction)) / 255));
            }
        }

        if (high - low < 0.01)
            high = low + 0.01;
        double scale = (high - low) / 255;
        return new TensorScale((float)scale, (int)Math.Clamp(Math.Round(-128 - (low / scale)), -128, 127));
    }

    /// <summary>Share of the values that a scale saturates.</summary>
    public double SaturatedShare(TensorScale scale)
    {
        long outside = 0;
        double step = (Maximum - Minimum) / Bins;
        for (int i = 0; i < Bins; i++)
        {
            double value = Minimum + ((i + 0.5) * step);
            if (value < scale.Low - (scale.Scale / 2) || value > scale.High + (scale.Scale / 2))
                outside += _histogram[i];
        }

        return _count == 0 ? 0 : (double)outside / _count;
    }

    private static double Best(Func<double, double> error)
    {
        double best = 1,
            least = double.MaxValue;
        for (double fraction = 1; fraction > 0.2; fraction -= 0.02)
        {
            double value = error(fraction);
            if (value < least)
                (best, least) = (fraction, value);
        }

        return best;
    }

    private double Error(double low, double high, double step)
    {
        double rounding = step * step / 12,
            sum = 0,
            bin = (Maximum - Minimum) / Bins;
        for (int i = 0; i < Bins; i++)
        {
            if (_histogram[i] == 0)
                continue;
            double value = Minimum + ((i + 0.5) * bin),
                outside = Math.Max(Math.Max(low - value, value - high), 0);
            sum += _histogram[i] * (outside > 0 ? outside * outside : rounding);
        }

        return sum;
    }
}
