using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RNNPool.Edge.Events;
using RNNPool.Edge.Host;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Tests.Cli;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Pipeline.Coprocessor;

/// <summary>A classifier on the real firmware's process: its result is a person that covers the frame, or nothing.</summary>
[Collection("firmware process")]
public sealed class ClassifierFirmwareTests : IDisposable
{
    private static readonly string Folder = Path.Combine(Samples.Root, "tests/models/tiny-person");
    private readonly FirmwareProcess _firmware = new();

    public void Dispose() => _firmware.Dispose();

    [Fact]
    public async Task The_coprocessor_sees_exactly_what_the_interpreter_sees()
    {
        await _firmware.StartAsync(Path.Combine(Folder, "model.rnnp"));
        string[] pictures =
        [
            .. Directory.EnumerateFiles(Path.Combine(Samples.Root, "samples/pictures"), "*.jpg").Order(StringComparer.Ordinal),
        ];

        (int code, string output, string error) = await CommandLine.InvokeAsync([
            "mcu",
            "detect",
            "--endpoint",
            _firmware.Endpoint,
            "--model",
            Folder,
            "--compare",
            "--json",
            .. pictures,
        ]);

        Assert.Equal((0, ""), (code, error));
        JsonElement[] files = [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
        Assert.All(files, file => Assert.False(file.TryGetProperty("difference", out _)));
        Assert.Equal([1, 0, 0], files.Select(file => file.GetProperty("detections").GetArrayLength()));
        JsonElement person = files[0].GetProperty("detections")[0];
        Assert.Equal(
            ("person", 1),
            (person.GetProperty("label").GetString(), person.GetProperty("boxFraction").GetProperty("width").GetDouble())
        );

        (code, output, error) = await CommandLine.InvokeAsync(
            "mcu",
            "detect",
            "--endpoint",
            _firmware.Endpoint,
            "--model",
            Folder,
            "--compare",
            pictures[1]
        );
        Assert.Equal((3, ""), (code, error));
        Assert.Contains("same", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 0.9f, null, 1)]
    [InlineData(1, 0.4f, null, 0)]
    [InlineData(1, 0.4f, 0.3f, 1)]
    [InlineData(0, 0.9f, null, 0)] // that nothing is there is nothing
    [InlineData(2, 0.9f, null, 0)] // the model has no such class
    [InlineData(255, 0.9f, null, 0)]
    public async Task A_result_is_at_most_one_person_whatever_the_device_says(byte label, float score, float? threshold, int expected)
    {
        byte[] package = await File.ReadAllBytesAsync(Path.Combine(Folder, "model.rnnp"), TestContext.Current.CancellationToken);
        await using CoprocessorFixture fixture = await CoprocessorFixture.StartAsync(
            options => options.Mode = CoprocessorMode.Coprocessor,
            own: package,
            detector: new DetectorOptions { ScoreThreshold = threshold }
        );
        fixture.Device.Label = label;
        fixture.Device.Found = [(0, 0, 512, 512, (ushort)(score * 65536)), (16, 16, 32, 32, (ushort)(score * 65536))];
        await fixture.FrameAsync();
        Assert.Equal(expected, fixture.Found.Count);
        if (expected > 0)
            Assert.Equal(
                new Detection(0, score, new BoundingBox(0, 0, 32, 32)),
                fixture.Found.Items[0] with
                {
                    Score = MathF.Round(fixture.Found.Items[0].Score, 3),
                }
            );
    }

    [Theory]
    [InlineData("Coprocessor", null)]
    [InlineData("Coprocessor", "0.3")]
    [InlineData("Host", null)]
    public async Task The_device_tells_of_a_person(string mode, string? threshold)
    {
        await _firmware.StartAsync(Path.Combine(Folder, "model.rnnp"));
        KeyValuePair<string, string?>[] settings =
        [
            new("Camera:Source", $"images:{Path.Combine(Samples.Root, "samples/pictures/astronaut.jpg")}?rate=20&loop=true&cache=true"),
            new("Web:Port", "0"),
            new("Model:Path", Folder),
            new("Coprocessor:Endpoint", _firmware.Endpoint),
            new("Coprocessor:Mode", mode),
            new("Coprocessor:Verify", "true"),
            new("Detector:ScoreThreshold", threshold),
        ];
        WebApplicationBuilder builder = DeviceHost.CreateBuilder(
            DeviceHost.Settings.Load(new SettingSources(null, settings, SystemFile: false))
        );
        builder.Logging.ClearProviders();
        await using WebApplication app = builder.BuildDevice();
        await app.StartAsync(TestContext.Current.CancellationToken);
        EventHistory history = app.Services.GetRequiredService<EventHistory>();
        await Wait.UntilAsync(() => history.Newest(10).Count > 0, "an event");
        PresenceEvent first = history.Newest(10)[^1];
        Assert.Equal((PresenceEventKind.New, "person"), (first.Type, first.Label));
        Assert.True(app.Services.GetRequiredService<OccupancyState>().Current.Occupied);
        if (mode == "Coprocessor")
        {
            CoprocessorStatus status = app.Services.GetRequiredService<CoprocessorStatus>();
            await Wait.UntilAsync(() => status.VerifiedFrames >= 3, "frames that were compared");
            Assert.Equal((0, 0), (status.DifferingFrames, status.HostFrames));
        }

        await app.StopAsync(TestContext.Current.CancellationToken);
    }
}
