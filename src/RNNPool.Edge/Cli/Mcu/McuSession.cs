using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Transports;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Pipeline.Inference;

namespace RNNPool.Edge.Cli.Mcu;

/// <summary>A connected coprocessor, for one command.</summary>
internal sealed class McuSession : IAsyncDisposable
{
    private const string SerialNames = "/dev/serial/by-id";

    /// <summary>Commands wait longer than the device, which has something better to do: the frame may be on its way through an emulator.</summary>
    private static readonly TimeSpan FrameTimeout = TimeSpan.FromMinutes(2);

    private readonly ModelOptions _model;

    private McuSession(CoprocessorClient client, LinkEndpoint endpoint, ModelOptions model) =>
        (Client, Endpoint, _model) = (client, endpoint, model);

    public CoprocessorClient Client { get; }

    public LinkEndpoint Endpoint { get; }

    /// <summary>Connects.</summary>
    /// <exception cref="CommandException">No endpoint is known, or nothing at it answers as a coprocessor does.</exception>
    public static async Task<McuSession> OpenAsync(ModelSettings settings, bool rowCode, CancellationToken cancellationToken)
    {
        CoprocessorOptions options = settings.Coprocessor;
        if (string.IsNullOrEmpty(options.Endpoint))
            throw new CommandException("No coprocessor is named.", WhatToName(SerialNames), ExitCode.Usage);
        LinkEndpoint endpoint = LinkEndpoint.Parse(options.Endpoint);
        var clientOptions = new CoprocessorClientOptions
        {
            DetectTimeout = FrameTimeout,
            MinReconnectDelay = options.ReconnectDelay,
            MaxReconnectDelay = options.MaxReconnectDelay,
            UseRowCode = rowCode,
        };
        var client = new CoprocessorClient(endpoint, clientOptions, settings.TimeProvider, NullLogger<CoprocessorClient>.Instance);
        try
        {
            client.Start();
            Task<CoprocessorInfo> ready = client.WaitReadyAsync(cancellationToken);
            while (!ready.IsCompleted)
            {
                // Whatever fails first would fail again: who typed the command wants to hear of it now.
                if (client.LastError is { } error)
                    throw new CommandException(error, Advice(endpoint));
                await Task.WhenAny(ready, Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken)).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }

            await ready.ConfigureAwait(false);
            return new McuSession(client, endpoint, settings.Model);
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What the coprocessor has told about itself.</summary>
    /// <exception cref="CommandException">It has been lost meanwhile.</exception>
    public CoprocessorInfo Info => Client.Info ?? throw new CommandException(Client.LastError ?? "The coprocessor was lost.");

    /// <summary>The package of the model that the settings or <paramref name="name"/> name: a package file, a model folder or a bundled model.</summary>
    public DeviceModel LoadModel(string? name = null)
    {
        if (name is not null && File.Exists(name))
            return new DeviceModel(ModelPackage.Load(name));
        string folder = name is null ? _model.Resolve() : new ModelOptions { Path = name }.Resolve();
        return DeviceModel.Load(ModelFolder.Open(folder));
    }

    /// <summary>The package of the settings' model, which the coprocessor must be running.</summary>
    /// <exception cref="CommandException">It runs another one.</exception>
    public DeviceModel RunningModel()
    {
        DeviceModel model = LoadModel();
        string? running = Info.ActiveModel is { } active ? $"{active.Name} {active.Sha256[..12]}" : null;
        return Info.ActiveModel?.Sha256 == model.Sha256
            ? model
            : throw new CommandException(
                $"The coprocessor runs {running ?? "no model"}, not {model.Text}.",
                Info.CanUpload
                    ? "Bring it there with rnnpool-edge mcu upload, or name the model that it runs with --model."
                    : "Name the model that it runs with --model, or build its firmware with this one."
            );
    }

    public ValueTask DisposeAsync() => Client.DisposeAsync();

    /// <summary>What to say to somebody who has named no endpoint.</summary>
    internal static string WhatToName(string folder)
    {
        string[] ports = Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal)] : [];
        string[] endpoints = [.. ports.Select(port => $"serial://{port}?baud={LinkEndpoint.DefaultBaudRate}")];
        const string Where = "Name it with --endpoint or in the setting Coprocessor:Endpoint";
        return ports.Length switch
        {
            0 =>
                $"{Where}, as serial:///dev/serial/by-id/NAME?baud={LinkEndpoint.DefaultBaudRate}, unix:///PATH or tcp://127.0.0.1:PORT; there is no serial port in {folder}.",
            1 => $"{Where}; there is one serial port: {endpoints[0]}",
            _ => $"{Where}; there are these serial ports: {string.Join(", ", endpoints)}",
        };
    }

    private static string? Advice(LinkEndpoint endpoint)
    {
        if (endpoint.Scheme != LinkScheme.Serial)
            return null;
        return File.Exists(endpoint.Path)
            ? "Is it powered, is its firmware that of this program, is the baud rate its own, and does no other program, such as the rnnpool-edge service, use the port?"
            : WhatToName(SerialNames);
    }
}
