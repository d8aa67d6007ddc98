using System.CommandLine;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Transports;

namespace RNNPool.Edge.Cli.Mcu;

/// <summary>The options that all <c>mcu</c> commands share.</summary>
internal sealed class McuArguments
{
    private readonly SharedOptions _shared;
    private Option<bool>? _raw;

    private McuArguments(SharedOptions shared) => _shared = shared;

    public static McuArguments AddTo(Command command, bool model) => new(SharedOptions.ForCoprocessor(command, model));

    /// <summary>Adds the choice to send pixels as they are.</summary>
    public McuArguments WithRaw(Command command)
    {
        _raw = new Option<bool>("--raw") { Description = "Send pixels as they are, although the coprocessor knows the row code." };
        command.Add(_raw);
        return this;
    }

    public bool UseRowCode(ParseResult result) => _raw is null || !result.GetValue(_raw);

    /// <summary>The settings, checked, and what is made of them.</summary>
    /// <exception cref="CommandException">The endpoint of the command line is none.</exception>
    public ServiceProvider Services(ParseResult result)
    {
        IReadOnlyList<KeyValuePair<string, string?>> overrides = _shared.Overrides(result);
        foreach ((string key, string? value) in overrides)
        {
            if (key == SharedOptions.EndpointKey && !LinkEndpoint.TryParse(value, out _, out string? error))
                throw new CommandException(error, exitCode: ExitCode.Usage);
        }

        return ModelServices.Create(_shared.File(result), overrides);
    }
}
