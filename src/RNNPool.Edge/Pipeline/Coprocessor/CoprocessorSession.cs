using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Transports;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>A connection to the coprocessor of the settings for one command or one check, besides the device's own connection.</summary>
internal sealed class CoprocessorSession : IAsyncDisposable
{
    private const string SerialFolder = "/dev/serial/by-id";

    /// <summary>Commands wait longer than the device does, because the frame may pass through an emulator.</summary>
    private static readonly TimeSpan FrameTimeout = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);

    private CoprocessorSession(CoprocessorClient client, LinkEndpoint endpoint)
    {
        Client = client;
        Endpoint = endpoint;
    }

    public CoprocessorClient Client { get; }

    public LinkEndpoint Endpoint { get; }

    /// <summary>Description of the coprocessor.</summary>
    /// <exception cref="CommandException">The connection was lost.</exception>
    public CoprocessorInfo Info => Client.Info ?? throw new CommandException(Client.LastError ?? "The coprocessor was lost.");

    /// <summary>Connects.</summary>
    /// <param name="options">Endpoint and delays.</param>
    /// <param name="time">The clock.</param>
    /// <param name="rowCode">Whether pixels may be sent in the row code.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="CommandException">No endpoint is set, or the first attempt failed.</exception>
    public static async Task<CoprocessorSession> OpenAsync(
        CoprocessorOptions options,
        TimeProvider time,
        bool rowCode,
        CancellationToken cancellationToken
    )
    {
        if (string.IsNullOrEmpty(options.Endpoint))
            throw new CommandException("No coprocessor is named.", EndpointHint(SerialFolder), ExitCode.Usage);
        LinkEndpoint endpoint = LinkEndpoint.Parse(options.Endpoint);
        var clientOptions = new CoprocessorClientOptions
        {
            DetectTimeout = FrameTimeout,
            MinReconnectDelay = options.ReconnectDelay,
            MaxReconnectDelay = options.MaxReconnectDelay,
            UseRowCode = rowCode,
        };
        var client = new CoprocessorClient(endpoint, clientOptions, time, NullLogger<CoprocessorClient>.Instance);
        try
        {
            client.Start();
            Task<CoprocessorInfo> ready = client.WaitReadyAsync(cancellationToken);
            while (!ready.IsCompleted)
            {
                // A second attempt would fail like the first, so the first error ends the command.
                if (client.LastError is { } error)
                    throw new CommandException(error, FailureHint(endpoint));
                await Task.WhenAny(ready, Task.Delay(PollInterval, cancellationToken)).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }

            await ready.ConfigureAwait(false);
            return new CoprocessorSession(client, endpoint);
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public ValueTask DisposeAsync() => Client.DisposeAsync();

    /// <summary>How to set an endpoint, with the serial ports of this machine.</summary>
    internal static string EndpointHint(string folder)
    {
        string[] ports = Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal)] : [];
        string[] endpoints = [.. ports.Select(port => $"serial://{port}?baud={LinkEndpoint.DefaultBaudRate}")];
        const string Where = "Name it with Coprocessor:Endpoint";
        return ports.Length switch
        {
            0 => $"{Where}, as serial:///dev/serial/by-id/NAME?baud={LinkEndpoint.DefaultBaudRate}, unix:///PATH or tcp://127.0.0.1:PORT; "
                + $"there is no serial port in {folder}.",
            1 => $"{Where}; there is one serial port: {endpoints[0]}",
            _ => $"{Where}; there are these serial ports: {string.Join(", ", endpoints)}",
        };
    }

    private static string? FailureHint(LinkEndpoint endpoint)
    {
        if (endpoint.Scheme != LinkScheme.Serial)
            return null;
        return File.Exists(endpoint.Path)
            ? "Check that it has power, that its firmware belongs to this program, that the baud rate is its own, "
                + "and that no other program, such as the rnnpool-edge service, uses the port."
            : EndpointHint(SerialFolder);
    }
}
