using System.CommandLine;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Transports;
using RNNPool.Edge.Settings;

namespace RNNPool.Edge.Cli.Mcu;

/// <summary>The options that all <c>mcu</c> commands share.</summary>
internal sealed class McuArguments
{
    private readonly SharedOptions _shared;
    private readonly IDeviceComposer _composer;
    private Option<bool>? _raw;

    private McuArguments(SharedOptions shared, IDeviceComposer composer)
    {
        _shared = shared;
        _composer = composer;
    }

    public static McuArguments AddTo(Command command, IDeviceComposer composer, bool model) =>
        new(SharedOptions.ForCoprocessor(command, composer, model), composer);

    /// <summary>Adds the option to send raw pixels.</summary>
    public McuArguments WithRaw(Command command)
    {
        _raw = new Option<bool>("--raw") { Description = "Send raw pixels even if the coprocessor supports the row code." };
        command.Add(_raw);
        return this;
    }

    public bool UseRowCode(ParseResult result) => _raw is null || !result.GetValue(_raw);

    /// <summary>The validated settings.</summary>
    /// <exception cref="CommandException">The endpoint of the command line is invalid.</exception>
    public Composition<ModelSettings> Load(ParseResult result)
    {
        foreach ((string key, string? value) in _shared.Overrides(result))
        {
            if (key == SharedOptions.EndpointKey && !LinkEndpoint.TryParse(value, out _, out string? error))
                throw new CommandException(error, exitCode: ExitCode.Usage);
        }

        return _composer.Compose<ModelSettings>(_shared.Load(result), CompositionScope.Model);
    }
}
