using System.Diagnostics.Metrics;

namespace RNNPool.Edge.Health.Metrics;

/// <summary>One instrument and its series, one for each set of labels. Thread-safe.</summary>
internal sealed class MetricFamily
{
    /// <summary>Further sets of labels are dropped, so that labels without repetition do not fill the memory.</summary>
    public const int MaxSeries = 200;

    // For durations in seconds, for instruments without advice.
    private static readonly double[] DefaultBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Lock _lock = new();
    private readonly List<Series> _series = [];
    private readonly double[]? _bounds;
    private readonly string _type;
    private readonly string _help;
    private readonly bool _adds;
    private readonly bool _observed;

    public MetricFamily(Instrument instrument)
    {
        Type kind = instrument.GetType().GetGenericTypeDefinition();
        bool histogram = kind == typeof(Histogram<>);
        bool counter = kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>);
        _observed = instrument.IsObservable;
        _adds = kind == typeof(Counter<>) || kind == typeof(UpDownCounter<>);
        _type =
            histogram ? "histogram"
            : counter ? "counter"
            : "gauge";
        _help = instrument.Description ?? instrument.Name;
        if (histogram)
            _bounds = Bounds(instrument);
        Name = PrometheusText.Identifier(instrument.Name);
    }

    public string Name { get; }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        lock (_lock)
        {
            if (Find(labels) is not { } series)
                return;
            series.Fresh = true;
            if (_bounds is null)
            {
                series.Value = _adds ? series.Value + value : value;
                return;
            }

            int bucket = 0;
            while (bucket < _bounds.Length && !(value <= _bounds[bucket]))
                bucket++;
            series.Buckets![bucket]++;
            series.Value += value;
        }
    }

    /// <summary>Series of observable instruments disappear unless they are observed again.</summary>
    public void BeginScrape()
    {
        if (!_observed)
            return;
        lock (_lock)
            foreach (Series series in _series)
                series.Fresh = false;
    }

    public void Write(PrometheusText text)
    {
        lock (_lock)
        {
            bool any = false;
            foreach (Series series in _series)
            {
                if (!series.Fresh)
                    continue;
                if (!any)
                    text.Header(Name, _help, _type);
                any = true;
                if (_bounds is null)
                    text.Sample(Name, null, series.Labels, null, series.Value);
                else
                    WriteHistogram(text, series);
            }
        }
    }

    private static double[] Bounds(Instrument instrument) =>
        instrument switch
        {
            Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
            Histogram<float> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
            Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
            Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
            _ => DefaultBounds,
        };

    private void WriteHistogram(PrometheusText text, Series series)
    {
        long below = 0;
        for (int i = 0; i < series.Buckets!.Length; i++)
        {
            below += series.Buckets[i];
            text.Sample(Name, "_bucket", series.Labels, i < _bounds!.Length ? _bounds[i] : double.PositiveInfinity, below);
        }

        text.Sample(Name, "_sum", series.Labels, null, series.Value);
        text.Sample(Name, "_count", series.Labels, null, below);
    }

    private Series? Find(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        foreach (Series series in _series)
        {
            if (Same(series.Labels, labels))
                return series;
        }

        if (_series.Count >= MaxSeries)
            return null;
        var added = new Series(labels.ToArray(), _bounds is null ? null : new long[_bounds.Length + 1]);
        _series.Add(added);
        return added;
    }

    private static bool Same(KeyValuePair<string, object?>[] known, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        if (known.Length != labels.Length)
            return false;
        for (int i = 0; i < known.Length; i++)
        {
            if (known[i].Key != labels[i].Key || !Equals(known[i].Value, labels[i].Value))
                return false;
        }

        return true;
    }

    private sealed class Series(KeyValuePair<string, object?>[] labels, long[]? buckets)
    {
        public KeyValuePair<string, object?>[] Labels { get; } = labels;

        public long[]? Buckets { get; } = buckets;

        public double Value { get; set; }

        public bool Fresh { get; set; }
    }
}
