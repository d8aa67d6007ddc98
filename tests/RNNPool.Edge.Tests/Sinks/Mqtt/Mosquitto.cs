using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Sinks.Mqtt;

/// <summary>Debian's mosquitto on a free port of loopback, without persistence: a restart forgets retained messages.</summary>
internal sealed class Mosquitto : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mosquitto-").FullName;
    private readonly string _settings;
    private readonly ConcurrentQueue<string> _log = new();
    private Process? _process;

    // Below those that the kernel gives to clients, one of which might take the port while a broker is being restarted; the processes of a
    // machine begin at different ones.
    private const int FirstPort = 12_000;
    private const int Ports = 16_000;
    private static int s_next = Environment.ProcessId * 97 % Ports;

    private Mosquitto(string settings) => (_settings, Port) = (settings, FreePort());

    public int Port { get; }

    /// <summary>Lines of its log, in the order in which they came.</summary>
    public IReadOnlyList<string> Log => [.. _log];

    public static async Task<Mosquitto> StartAsync(string settings = "allow_anonymous true")
    {
        var broker = new Mosquitto(settings);
        await broker.StartAgainAsync();
        return broker;
    }

    public async Task StartAgainAsync()
    {
        string configuration = Path.Combine(_folder, "mosquitto.conf");
        await File.WriteAllTextAsync(
            configuration,
            $"listener {Port} 127.0.0.1\npersistence false\nuser root\nlog_dest stderr\nlog_type all\n{_settings}\n",
            TestContext.Current.CancellationToken
        );
        string program = File.Exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto";
        _process = Process.Start(
            new ProcessStartInfo(program, ["-c", configuration]) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null)
                _log.Enqueue(line.Data);
        };
        _process.BeginErrorReadLine();
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port, TestContext.Current.CancellationToken);
                return;
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(start) < Wait.Patience && !_process.HasExited)
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>Ends it at once, as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _process = null;
    }

    private static int FreePort()
    {
        while (true)
        {
            int port = FirstPort + ((Interlocked.Increment(ref s_next) & int.MaxValue) % Ports);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // taken
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
