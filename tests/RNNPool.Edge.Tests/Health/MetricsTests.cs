using System.Buffers;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.RegularExpressions;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Core;
using RNNPool.Edge.Health.Metrics;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Tests.Health;

public sealed partial class MetricsTests : IDisposable
{
    private readonly DeviceMetrics _metrics = new();
    private readonly MetricsCollector _collector;

    public MetricsTests() => _collector = new MetricsCollector(_metrics);

    public void Dispose()
    {
        _collector.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public void Counters_add_up_by_their_labels()
    {
        Counter<long> counter = _metrics.Meter.CreateCounter<long>("x_total", null, "Things.");
        counter.Add(2, new KeyValuePair<string, object?>("kind", "a"));
        counter.Add(3, new KeyValuePair<string, object?>("kind", "a"));
        counter.Add(1, new KeyValuePair<string, object?>("kind", "b"));

        Assert.Equal("# HELP x_total Things.\n# TYPE x_total counter\nx_total{kind=\"a\"} 5\nx_total{kind=\"b\"} 1\n", Text());
    }

    [Fact]
    public void Every_metric_is_documented()
    {
        string documentation = File.ReadAllText(Path.Combine(Samples.Root, "docs/health.md"));
        string[] names =
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Samples.Root, "src/RNNPool.Edge"), "*.cs", SearchOption.AllDirectories)
                .SelectMany(file => MetricName().Matches(File.ReadAllText(file)))
                .Select(match => match.Groups[1].Value)
                .Distinct(),
        ];

        Assert.NotEmpty(names);
        Assert.DoesNotContain(names, name => !Regex.IsMatch(documentation, $@"`{name}[`{{]"));
    }

    [Fact]
    public void Recipes_use_metrics_that_exist()
    {
        string documentation = File.ReadAllText(Path.Combine(Samples.Root, "docs/health.md"));
        string[] names =
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Samples.Root, "deploy/recipes"), "*", SearchOption.AllDirectories)
                .Where(file => Path.GetExtension(file) is ".yml" or ".json")
                .SelectMany(file => UsedMetric().Matches(File.ReadAllText(file)))
                .Select(match => match.Groups[1].Value)
                .Distinct(),
        ];

        Assert.True(names.Length > 15, $"{names.Length} metrics");
        Assert.DoesNotContain(names, name => !Regex.IsMatch(documentation, $@"`{name}[`{{]"));
    }

    [Fact]
    public void Names_help_and_labels_are_escaped()
    {
        Gauge<double> gauge = _metrics.Meter.CreateGauge<double>("1st.value-x", null, "A \\ and\na new line \"quoted\".");
        gauge.Record(0.5, new KeyValuePair<string, object?>("the label", "a\\b\"c\nd"));

        Assert.Equal(
            "# HELP _1st_value_x A \\\\ and\\na new line \"quoted\".\n"
                + "# TYPE _1st_value_x gauge\n"
                + "_1st_value_x{the_label=\"a\\\\b\\\"c\\nd\"} 0.5\n",
            Text()
        );
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(1e21, "1E+21")]
    [InlineData(-0.25, "-0.25")]
    public void Numbers_are_written_as_Prometheus_reads_them(double value, string expected)
    {
        _metrics.Meter.CreateGauge<double>("x").Record(value);

        Assert.EndsWith($"\nx {expected}\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_histogram_counts_what_is_below_each_bound()
    {
        Histogram<double> histogram = _metrics.Meter.CreateHistogram(
            "x_seconds",
            null,
            "Times.",
            null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] }
        );
        foreach (double value in new[] { 0.05, 0.1, 0.5, 3 })
            histogram.Record(value);

        Assert.Equal(
            """
            # HELP x_seconds Times.
            # TYPE x_seconds histogram
            x_seconds_bucket{le="0.1"} 2
            x_seconds_bucket{le="1"} 3
            x_seconds_bucket{le="+Inf"} 4
            x_seconds_sum 3.65
            x_seconds_count 4

            """,
            Text()
        );
    }

    [Fact]
    public void What_is_no_longer_observed_is_no_longer_written()
    {
        string[] there = ["a", "b"];
        _metrics.Meter.CreateObservableGauge("x", () =>
            there.Select(name => new Measurement<int>(1, new KeyValuePair<string, object?>("name", name)))
        );
        Assert.Contains("x{name=\"b\"} 1\n", Text(), StringComparison.Ordinal);

        there = ["a"];

        Assert.DoesNotContain("\"b\"", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_that_never_repeat_do_not_fill_the_memory()
    {
        Counter<long> counter = _metrics.Meter.CreateCounter<long>("x_total");
        for (int i = 0; i < 10_000; i++)
            counter.Add(1, new KeyValuePair<string, object?>("id", i));

        Assert.Equal(MetricFamily.MaxSeries, Text().Split('\n').Count(line => line.StartsWith("x_total{", StringComparison.Ordinal)));
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        Counter<long> counter = _metrics.Meter.CreateCounter<long>("x_total");
        var label = new KeyValuePair<string, object?>("kind", "a");
        Assert.Equal(
            0,
            Allocation.Least(() =>
            {
                for (int i = 0; i < 1000; i++)
                    counter.Add(1, label);
            })
        );
    }

    [Fact]
    public async Task The_device_writes_its_figures_and_nobody_elses()
    {
        using var other = new DeviceMetrics();
        other.Meter.CreateCounter<long>("other_total").Add(1);
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        await device.FrameAsync();
        using HttpResponseMessage response = await device.Client.GetAsync(
            new Uri("/metrics", UriKind.Relative),
            TestContext.Current.CancellationToken
        );
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Contains("\nrnnpool_edge_frames_total 1\n", text, StringComparison.Ordinal);
        Assert.Contains("\n# TYPE rnnpool_edge_inference_seconds histogram\n", text, StringComparison.Ordinal);
        Assert.Contains("\nrnnpool_edge_inference_seconds_count 1\n", text, StringComparison.Ordinal);
        Assert.Contains("\nrnnpool_edge_healthy 1\n", text, StringComparison.Ordinal);
        Assert.Contains("\nrnnpool_edge_component_state{component=\"camera\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("process_resident_memory_bytes ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("other_total", text, StringComparison.Ordinal);
        string[] families = [.. text.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal))];
        Assert.Equal(families.Order(StringComparer.Ordinal), families);
        Assert.Equal(families.Length, families.Distinct().Count());
    }

    [Fact]
    public async Task The_link_to_a_broker_has_figures_before_its_first_command()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Mqtt:Host", "127.0.0.1"), ("Mqtt:Port", "1"));

        string text = await device.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        Assert.Contains("\nrnnpool_edge_mqtt_connected 0\n", text, StringComparison.Ordinal);
        Assert.Contains("\nrnnpool_edge_mqtt_outbox_events 0\n", text, StringComparison.Ordinal);
        Assert.Contains("\nrnnpool_edge_mqtt_events_dropped_total{reason=\"full\"} 0\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_of_the_picture_is_a_figure_by_camera_and_kind()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        PictureWatch watch = device.Service<CameraSet>()[0].Picture;
        using Frame dark = new FramePool(1).Rent(64, 48, PixelFormat.Gray8);
        dark.Data.Clear(); // the pool's memory has the bytes of another frame
        await device.FrameAsync();

        // The camera has its name once it is open. Another thread may assess its frame, which has no fault, a little later.
        await Wait.UntilAsync(
            async () => Has(await MetricsAsync(), "dark", 0) && Has(await MetricsAsync(), "blurred", 0),
            "a camera without a fault"
        );
        await Wait.UntilAsync(
            async () =>
            {
                device.Time.Advance(PictureWatch.Interval);
                watch.Update(dark, device.Time, PictureWatch.Interval);
                string text = await MetricsAsync();
                return Has(text, "dark", 1) && Has(text, "blurred", 0);
            },
            "a dark picture"
        );

        Task<string> MetricsAsync() => device.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        static bool Has(string text, string fault, int value) =>
            text.Contains($"\nrnnpool_edge_picture_fault{{camera=\"fake\",fault=\"{fault}\"}} {value}\n", StringComparison.Ordinal);
    }

    private string Text()
    {
        var buffer = new ArrayBufferWriter<byte>();
        _collector.Write(buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    [GeneratedRegex("\"((?:rnnpool_edge|process|dotnet)_[a-z_]+)\"")]
    private static partial Regex MetricName();

    /// <summary>A metric in an expression, without the ending of a histogram's series.</summary>
    [GeneratedRegex("(rnnpool_edge_[a-z_]+?)(?:_bucket|_sum|_count)?[^a-z_]")]
    private static partial Regex UsedMetric();
}
