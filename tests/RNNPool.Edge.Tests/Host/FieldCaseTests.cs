using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.Json;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Cli;
using RNNPool.Edge.Tests.Sinks.Mqtt;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Host;

/// <summary>The built program in situations that devices meet in the field: the wall clock jumps, and a camera is slow.</summary>
public sealed class FieldCaseTests : IDisposable
{
    private const string OwnSkew = "tests/RNNPool.Edge.Tests/Host/clock-skew.c",
        SharedSkew = "../shared/cases/clock-jump/skew.c";

    private const int Announced = 1200;

    private static readonly string Picture = Path.Combine(Samples.Root, "samples/pictures/astronaut.jpg");

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(OwnSkew)]
    [InlineData(SharedSkew)]
    public async Task A_presence_outlives_every_jump_of_the_wall_clock(string source)
    {
        Assert.SkipUnless(File.Exists(Path.Combine(Samples.Root, source)), $"{source} is not on this machine.");
        string library = await CompileAsync(Path.Combine(Samples.Root, source));
        string skew = _folder.File("skew", new byte[sizeof(long)]);
        await using Mosquitto broker = await Mosquitto.StartAsync();
        await broker.KillAsync();
        string state = Path.Combine(_folder.Path, "state");
        using CommandLine program = CommandLine.Start(
            CommandLine.Program,
            [
                .. Arguments($"images:{Picture}?rate=10&loop=true", state),
                "--mqtt",
                "127.0.0.1",
                "--set",
                $"Mqtt:Port={broker.Port}",
                "--set",
                "Mqtt:MaxReconnectDelay=00:00:02",
            ],
            ("LD_PRELOAD", library),
            ("SKEW_FILE", skew)
        );
        using HttpClient client = await ConnectAsync(program);
        await Wait.UntilAsync(() => program.Logged(Announced).Length > 0, "a presence", Log(program));

        foreach (
            TimeSpan jump in (TimeSpan[])[TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), TimeSpan.FromDays(40), TimeSpan.FromHours(-1)]
        )
        {
            Set(skew, (long)jump.TotalSeconds);
            await FramesAsync(client, 8, program);
            Assert.Equal(["new"], await EventsAsync(client));
            Assert.True((await GetAsync(client, "/api/state")).GetProperty("occupied").GetBoolean());
            Assert.True((await GetAsync(client, "/health")).GetProperty("healthy").GetBoolean());
        }

        // The event has waited for the broker over jumps of 40 days, and has not expired.
        JsonElement outbox = (await GetAsync(client, "/api/state")).GetProperty("mqtt").GetProperty("outbox");
        Assert.True(outbox.GetProperty("queued").GetInt32() > 0, outbox.GetRawText());
        await broker.StartAgainAsync();
        while (outbox.GetProperty("queued").GetInt32() > 0)
        {
            await Task.Delay(50, Cancellation);
            outbox = (await GetAsync(client, "/api/state")).GetProperty("mqtt").GetProperty("outbox");
        }

        Assert.Equal((0, 0), (outbox.GetProperty("dropped").GetInt32(), outbox.GetProperty("expired").GetInt32()));
        program.Signal(CommandLine.Terminate);
        Assert.Equal(0, await program.ExitAsync());
        JournalEntry last = JournalReader.Read(Path.Combine(state, JournalReader.FileName), new JournalQuery(10))[0];
        using JsonDocument end = JsonDocument.Parse(last.Json);
        Assert.Equal("end", end.RootElement.GetProperty("type").GetString());
        Assert.Equal(-1, (end.RootElement.GetProperty("time").GetDateTime() - DateTime.UtcNow).TotalHours, tolerance: 0.2);
        Assert.True(end.RootElement.GetProperty("endTime").GetDateTime() >= end.RootElement.GetProperty("startTime").GetDateTime());
    }

    [Fact]
    public async Task A_face_before_a_slow_camera_is_announced_and_stays()
    {
        using CommandLine program = CommandLine.Start([
            .. Arguments($"images:{Picture}?rate=0.3&loop=true", Path.Combine(_folder.Path, "state")),
            "--set",
            "Camera:StallTimeout=00:00:12",
            "--set",
            "Presence:OffDelay=00:00:01",
        ]);
        using HttpClient client = await ConnectAsync(program);
        await FramesAsync(client, 2, program);
        await Wait.UntilAsync(() => program.Logged(Announced).Length > 0, "a presence", Log(program));

        await FramesAsync(client, 1, program);
        Assert.Equal(["new"], await EventsAsync(client));
        Assert.True((await GetAsync(client, "/health")).GetProperty("healthy").GetBoolean());
    }

    private static string[] Arguments(string camera, string state) =>
        ["run", "--camera", camera, "--port", "0", "--set", $"Device:StateFolder={state}"];

    private static Func<IEnumerable<string>> Log(CommandLine program) => () => [program.Output, program.Error];

    private static async Task<HttpClient> ConnectAsync(CommandLine program) => new() { BaseAddress = await program.AddressAsync() };

    private static async Task<JsonElement> GetAsync(HttpClient client, string path)
    {
        using HttpResponseMessage response = await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation)).RootElement;
    }

    /// <returns>The kinds of all events but updates.</returns>
    private static async Task<string[]> EventsAsync(HttpClient client) =>
        [
            .. (await GetAsync(client, "/api/events?limit=100"))
                .EnumerateArray()
                .Select(happened => happened.GetProperty("type").GetString()!)
                .Where(kind => kind != "update"),
        ];

    /// <summary>Waits until the detector has processed some more frames.</summary>
    private static async Task FramesAsync(HttpClient client, int count, CommandLine program)
    {
        long start = Stopwatch.GetTimestamp(),
            first = await InferencesAsync(client);
        while (await InferencesAsync(client) < first + count)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Wait.Patience, program.Output);
            await Task.Delay(50, Cancellation);
        }
    }

    private static async Task<long> InferencesAsync(HttpClient client) =>
        (await GetAsync(client, "/api/state")).GetProperty("engine").GetProperty("inferences").GetInt64();

    private static void Set(string file, long seconds)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, seconds);
        using FileStream stream = File.OpenWrite(file);
        stream.Write(bytes);
    }

    private async Task<string> CompileAsync(string source)
    {
        string library = Path.Combine(_folder.Path, "skew.so");
        using Process compiler = Process.Start(
            new ProcessStartInfo("cc", ["-shared", "-fPIC", "-o", library, source]) { RedirectStandardError = true }
        )!;
        string errors = await compiler.StandardError.ReadToEndAsync(Cancellation);
        await compiler.WaitForExitAsync(Cancellation);
        Assert.True(compiler.ExitCode == 0, errors);
        return library;
    }
}
