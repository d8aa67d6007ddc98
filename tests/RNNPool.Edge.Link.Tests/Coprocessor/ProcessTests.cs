using System.Net.Sockets;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Sessions;
using RNNPool.Edge.Link.Tests.Peers;
using RNNPool.Edge.Link.Transports;

namespace RNNPool.Edge.Link.Tests.Coprocessor;

/// <summary>The C device as a process of its own, over the transports that a real one is reached by.</summary>
public sealed class ProcessTests : CoprocessorTestBase
{
    [Fact]
    public async Task A_device_behind_a_unix_socket_detects_restarts_and_keeps_its_model()
    {
        await using var process = new PeerProcess();
        await process.StartAsync(Token);
        await using CoprocessorClient client = Connect(LinkEndpoint.Parse("unix://" + process.SocketPath));
        await client.WaitReadyAsync(Token);
        await DetectAsync(client, 1, 320, 240);
        byte[] model = Model(100_000, 1);
        await client.UploadAsync(model, null, Token);
        await DetectAsync(client, 2, 320, 240);
        await client.RebootAsync(Token);
        await EventuallyAsync(() => client.Info?.Hello.BootReason == BootReason.Software);
        Assert.Equal((uint)model.Length, client.Info!.ActiveModel!.Size);
        await DetectAsync(client, 3, 320, 240);
    }

    [Fact]
    public async Task A_process_that_is_killed_in_the_middle_of_an_upload_goes_on_after_its_start()
    {
        await using var process = new PeerProcess();
        await process.StartAsync(Token);
        await using CoprocessorClient client = Connect(
            LinkEndpoint.Parse("unix://" + process.SocketPath),
            Quick(options => options.UploadAttempts = 100)
        );
        await client.WaitReadyAsync(Token);
        byte[] model = Model(120_000, 2);
        var half = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        uint first = 0;
        uint afterKill = 0;
        Task<SlotInfo> upload = client.UploadAsync(
            model,
            new Progress(progress =>
            {
                if (half.Task.IsCompleted)
                    afterKill = afterKill == 0 ? progress.Stored : afterKill;
                else if (progress.Stored > 60_000)
                    (first, _) = (progress.Stored, half.TrySetResult());
            }),
            Token
        );
        await half.Task.WaitAsync(Token);
        await process.KillAsync();
        await process.StartAsync(Token);
        SlotInfo slot = await upload;
        Assert.Equal((uint)model.Length, slot.Size);
        Assert.True(afterKill >= first / 2, $"went on at {afterKill} after {first}");
        await DetectAsync(client, 1);
    }

    [Fact]
    public async Task A_device_behind_a_pseudo_terminal_works_and_its_unplugging_is_noticed()
    {
        await using var process = new PeerProcess();
        await process.StartAsync(Token);
        using var terminal = new PseudoTerminal(process.SocketPath);
        await using CoprocessorClient client = Connect(LinkEndpoint.Parse($"serial://{terminal.Path}?baud=921600"));
        await client.WaitReadyAsync(Token);
        for (int seed = 0; seed < 3; seed++)
            await DetectAsync(client, seed, 320, 240);
        Assert.Equal(0, client.Counters.DamagedFrames);
        terminal.Dispose();
        await EventuallyAsync(() => client.State != CoprocessorState.Ready);
    }

    [Fact]
    public async Task A_device_behind_a_loopback_port_works()
    {
        await using var process = new PeerProcess();
        await process.StartAsync(Token);
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        Task relay = Task.Run(
            async () =>
            {
                using TcpClient host = await listener.AcceptTcpClientAsync(Token);
                using var device = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await device.ConnectAsync(new UnixDomainSocketEndPoint(process.SocketPath), Token);
                await using var deviceStream = new NetworkStream(device);
                await Task.WhenAny(host.GetStream().CopyToAsync(deviceStream, Token), deviceStream.CopyToAsync(host.GetStream(), Token));
            },
            Token
        );
        await using (CoprocessorClient client = Connect(LinkEndpoint.Parse($"tcp://{listener.LocalEndpoint}")))
        {
            await client.WaitReadyAsync(Token);
            await DetectAsync(client, 1);
        }

        await relay;
    }

    [Fact]
    public async Task What_is_no_device_is_named()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var endpoint = LinkEndpoint.Parse($"tcp://{listener.LocalEndpoint}");
        await using CoprocessorClient client = Connect(endpoint);
        using TcpClient silent = await listener.AcceptTcpClientAsync(Token);
        await EventuallyAsync(() => client.LastError is not null);
        Assert.Contains("2000 ms", client.LastError, StringComparison.Ordinal);
    }

    private sealed class Progress(Action<UploadProgress> report) : IProgress<UploadProgress>
    {
        public void Report(UploadProgress value) => report(value);
    }
}
