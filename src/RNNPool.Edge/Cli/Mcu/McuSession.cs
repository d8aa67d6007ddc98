using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Transports;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Pipeline.Engines;

namespace RNNPool.Edge.Cli.Mcu;

/// <summary>A connected coprocessor and the model of the settings, for one command.</summary>
internal sealed class McuSession : IAsyncDisposable
{
    private readonly CoprocessorSession _session;
    private readonly ModelOptions _model;

    private McuSession(CoprocessorSession session, ModelOptions model)
    {
        _session = session;
        _model = model;
    }

    public CoprocessorClient Client => _session.Client;

    public LinkEndpoint Endpoint => _session.Endpoint;

    /// <inheritdoc cref="CoprocessorSession.Info"/>
    public CoprocessorInfo Info => _session.Info;

    /// <summary>Connects.</summary>
    /// <exception cref="CommandException">No endpoint is set, or the first attempt failed.</exception>
    public static async Task<McuSession> OpenAsync(ModelSettings settings, bool rowCode, CancellationToken cancellationToken)
    {
        CoprocessorSession session = await CoprocessorSession
            .OpenAsync(settings.Coprocessor, settings.TimeProvider, rowCode, cancellationToken)
            .ConfigureAwait(false);
        return new McuSession(session, settings.Model);
    }

    /// <summary>
    /// The package of the model that the settings or <paramref name="name"/> name: a package file, a model folder or a bundled model. The
    /// keys of the settings apply to it.
    /// </summary>
    public DeviceModel LoadModel(string? name = null)
    {
        if (name is not null && File.Exists(name))
        {
            SignedModels.Check(name, _model);
            return new DeviceModel(ModelPackage.Load(name));
        }

        return DeviceModel.Load(SignedModels.Open(name is null ? _model : new ModelOptions { Path = name, Keys = _model.Keys }));
    }

    /// <summary>The package of the settings' model, which the coprocessor must be running.</summary>
    /// <exception cref="CommandException">The coprocessor runs another model.</exception>
    public DeviceModel RunningModel()
    {
        DeviceModel model = LoadModel();
        string? running = Info.ActiveModel is { } active ? $"{active.Name} {active.Sha256[..12]}" : null;
        return Info.ActiveModel?.Sha256 == model.Sha256
            ? model
            : throw new CommandException(
                $"The coprocessor runs {running ?? "no model"}, not {model.Text}.",
                Info.CanUpload
                    ? "Upload this model with rnnpool-edge mcu upload, or name the model that runs with --model."
                    : "Name the model that runs with --model, or build its firmware with this one."
            );
    }

    public ValueTask DisposeAsync() => _session.DisposeAsync();
}
