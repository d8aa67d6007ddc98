using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Cli;

/// <summary>
/// A stop takes at most five seconds even if a component hangs: <c>StopDeadline</c> ends the process after 4.5 s. Its exit code shows that
/// the stop took too long, so that the tests need not measure time.
/// </summary>
public sealed class StopTests : IDisposable
{
    private const int ModelLoaded = 1;

    private readonly string _folder = Directory.CreateTempSubdirectory("stop-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_camera_whose_opening_hangs_does_not_keep_the_device_from_stopping()
    {
        // A pipe without a writer: open(2) does not return.
        string pipe = Path.Combine(_folder, "picture.jpg");
        using (Process mkfifo = Process.Start("mkfifo", [pipe]))
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        using CommandLine device = CommandLine.Start("run", "--camera", $"images:{pipe}", "--port", "0");
        await device.AddressAsync();

        await StopAsync(device, 0, 70);
    }

    [Fact]
    public async Task A_broker_that_never_answers_does_not_keep_the_device_from_stopping()
    {
        using var broker = new TcpListener(IPAddress.Loopback, 0);
        broker.Start();
        using CommandLine device = CommandLine.Start(
            "run",
            "--camera",
            "synthetic:",
            "--port",
            "0",
            "--mqtt",
            "127.0.0.1",
            "--set",
            $"Mqtt:Port={((IPEndPoint)broker.LocalEndpoint).Port}"
        );
        await device.AddressAsync();
        using TcpClient connection = await broker.AcceptTcpClientAsync(TestContext.Current.CancellationToken);

        await StopAsync(device, 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stop_during_the_start_ends_it(bool loaded)
    {
        using CommandLine device = CommandLine.Start("run", "--camera", "synthetic:", "--port", "0");
        await Wait.UntilAsync(
            () => !loaded || device.Logged(ModelLoaded).Length > 0,
            "the model is loaded",
            () => [device.Output, device.Error]
        );

        // Before the host listens to signals the process ends as any other does.
        await StopAsync(device, 0, 128 + CommandLine.Terminate);
    }

    private static async Task StopAsync(CommandLine device, params int[] codes)
    {
        device.Signal(CommandLine.Terminate);
        Assert.Contains(await device.ExitAsync(), codes);
    }
}
