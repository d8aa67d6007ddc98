namespace RNNPool.Edge.Vision.Imaging;

/// <summary>
/// For every output position of one axis: which input positions it is a weighted sum of. Recomputed in place for another
/// geometry, so that it allocates only when it has to grow.
/// </summary>
internal sealed class ResampleTable
{
    private int[] _starts = [];
    private int[] _counts = [];
    private float[] _weights = [];
    private int _taps;
    private (int Source, int Target) _geometry;

    /// <summary>Whether every output is its input.</summary>
    public bool IsCopy => _geometry.Source == _geometry.Target;

    /// <summary>First input position of each output position.</summary>
    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, _geometry.Target);

    /// <summary>The most input positions that an output position has.</summary>
    public int Taps => _taps;

    /// <summary>All weights, <see cref="Taps"/> to an output position; unused weights are 0 and may lie beyond the input.</summary>
    public ReadOnlySpan<float> Weights => _weights.AsSpan(0, _geometry.Target * _taps);

    /// <summary>The weights of one output position; they sum to 1.</summary>
    public ReadOnlySpan<float> GetWeights(int position) => _weights.AsSpan(position * _taps, _counts[position]);

    /// <summary>
    /// Computes the table: exact area average when <paramref name="target"/> is smaller than <paramref name="source"/>, linear
    /// interpolation between pixel centres when it is larger.
    /// </summary>
    public void Compute(int source, int target)
    {
        if (_geometry == (source, target))
            return;
        _geometry = (source, target);
        _taps = target < source ? AreaTaps(source, target) : 2;
        if (_starts.Length < target)
            (_starts, _counts) = (new int[target], new int[target]);
        if (_weights.Length < target * _taps)
            _weights = new float[target * _taps];
        _weights.AsSpan().Clear();
        if (target < source)
            ComputeArea(source, target);
        else
            ComputeLinear(source, target);
    }

    private static int AreaTaps(int source, int target)
    {
        int most = 1;
        for (int i = 0; i < target; i++)
        {
            (int first, int end) = AreaWindow(source, target, i);
            most = Math.Max(most, end - first);
        }

        return most;
    }

    // In units of 1 / target of an input pixel all positions are whole numbers, so rounding errors cannot add or drop a tap.
    private static (int First, int End) AreaWindow(int source, int target, int position)
    {
        long from = (long)position * source,
            to = from + source;
        return ((int)(from / target), (int)((to + target - 1) / target));
    }

    private void ComputeArea(int source, int target)
    {
        for (int i = 0; i < target; i++)
        {
            long from = (long)i * source,
                to = from + source;
            (int first, int end) = AreaWindow(source, target, i);
            for (int j = first; j < end; j++)
            {
                long overlap = Math.Min(to, (j + 1L) * target) - Math.Max(from, (long)j * target);
                _weights[(i * _taps) + j - first] = (float)((double)overlap / source);
            }

            (_starts[i], _counts[i]) = (first, end - first);
        }
    }

    private void ComputeLinear(int source, int target)
    {
        for (int i = 0; i < target; i++)
        {
            double position = ((i + 0.5) * source / target) - 0.5;
            int first = (int)Math.Floor(position);
            double fraction = position - first;
            if (first < 0)
                (first, fraction) = (0, 0);
            if (first >= source - 1)
                (first, fraction) = (source - 1, 0);
            _weights[i * _taps] = (float)(1 - fraction);
            _weights[(i * _taps) + 1] = (float)fraction;
            (_starts[i], _counts[i]) = (first, fraction > 0 ? 2 : 1);
        }
    }
}
