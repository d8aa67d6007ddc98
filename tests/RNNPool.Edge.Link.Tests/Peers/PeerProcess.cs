using System.Diagnostics;

namespace RNNPool.Edge.Link.Tests.Peers;

/// <summary>The C test device as a process behind a unix socket; its flash memory is a file.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnp-link-").FullName;
    private Process? _process;

    public string SocketPath => Path.Combine(_folder, "line");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "rnnp-link-peer")) { RedirectStandardOutput = true };
        start.ArgumentList.Add(SocketPath);
        start.ArgumentList.Add(Path.Combine(_folder, "flash"));
        _process = Process.Start(start)!;
        Assert.Equal("ready", await _process.StandardOutput.ReadLineAsync(cancellationToken));
    }

    public async Task KillAsync()
    {
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
