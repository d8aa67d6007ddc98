using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Cli.Access;
using RNNPool.Edge.Cli.Bench;
using RNNPool.Edge.Cli.Eval;
using RNNPool.Edge.Cli.Mcu;
using RNNPool.Edge.Cli.Model;
using RNNPool.Edge.Cli.Watch;
using RNNPool.Edge.Core;
using RNNPool.Edge.Settings;

namespace RNNPool.Edge.Host;

/// <summary>The commands, with help, examples, errors as one sentence, and exit codes.</summary>
internal static class CommandTree
{
    private const string ExitCodes = """
        Exit codes:
          0    everything worked
          1    something could not be done: a file, a model or a device; a check of doctor failed
          2    the command line is wrong
          3    nothing was found (detect, mcu detect, demo --once)
          4    the configuration is wrong
          70   stopped, but something hung and was left behind (run, demo)
          75   a restart was requested (run)
          130  interrupted by Ctrl-C (run, demo, watch, events --follow and mcu monitor return 0)
          143  the same by SIGTERM

        Set RNNPOOL_EDGE_DEBUG=1 to see all details of an unexpected error.
        """;

    /// <summary>Runs a command of the command line on the console of the process.</summary>
    public static Task<int> InvokeAsync(string[] args) => InvokeAsync(args, Terminal.ForProcess());

    /// <summary>Runs a command of the command line on a terminal.</summary>
    internal static async Task<int> InvokeAsync(string[] args, Terminal terminal)
    {
        ParseResult result = Build(terminal).Parse(args);
        if (result.Action is ParseErrorAction || StrayOption(result) is not null)
        {
            terminal.Fail(Complaint(result), Advice(result));
            return ExitCode.Usage;
        }

        // The host handles Ctrl-C itself; the other commands get a token.
        bool host = result.CommandResult.Command.Name is "run" or "demo";
        using Interruption? interruption = host ? null : new Interruption();
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
            Output = terminal.Output.Profile.Out.Writer,
            Error = terminal.Error.Profile.Out.Writer,
        };
        try
        {
            return await result.InvokeAsync(configuration, interruption?.Token ?? CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (interruption?.Code is { } code)
        {
            terminal.Fail("Interrupted.");
            return code;
        }
#pragma warning disable CA1031 // The outermost frame turns every exception into a sentence and an exit code.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Failure.Report(exception, terminal, Rename(result));
        }
    }

    /// <summary>Names settings as the user has given them.</summary>
    private static Func<string, string> Rename(ParseResult result)
    {
        DeviceSettings? settings = null;
        try
        {
            if (result.CommandResult.Command.Options.OfType<SettingOption>().Any())
                settings = DeviceHost.Settings.Load(new SettingSources(result.GetValue<FileInfo?>(SharedOptions.FileOption)?.FullName, []));
        }
        catch (CommandException)
        {
            // The sentence itself names the file that cannot be read.
        }

        return text => SettingOption.Rename(text, result, settings);
    }

    /// <summary>All commands.</summary>
    internal static RootCommand Build(Terminal terminal)
    {
        var root = new RootCommand(
            "Detects faces or persons in the frames of a camera and reports them to a log, an MQTT broker and GPIO pins."
        );
        var examples = new Dictionary<Command, string>
        {
            [root] =
                "  rnnpool-edge demo\n  rnnpool-edge detect portrait.jpg\n"
                + "  rnnpool-edge run --camera /dev/video0 --mqtt broker.local\n\n"
                + ExitCodes,
        };
        var composer = new DeviceComposer();
        IReadOnlyList<(Command Command, string Examples)>[] groups =
        [
            [RunCommand.Build(terminal, composer)],
            [WatchCommand.Build(terminal, composer)],
            [DetectCommand.Build(terminal, composer)],
            [EvalCommand.Build(terminal, composer)],
            [BenchCommand.Build(terminal)],
            [DoctorCommand.Build(terminal, composer)],
            [CamerasCommand.Build(terminal)],
            [DemoCommand.Build(terminal)],
            ModelCommand.Build(terminal, composer),
            [EventsCommand.Build(terminal, composer)],
            McuCommand.Build(terminal, composer),
            MqttCommand.Build(terminal, composer),
            NotifyCommand.Build(terminal, composer),
            ConfigCommand.Build(terminal, composer),
            PasswordCommand.Build(terminal, composer),
            [VersionCommand.Build(terminal)],
        ];
        foreach (IReadOnlyList<(Command Command, string Examples)> group in groups)
        {
            root.Add(group[0].Command);
            foreach ((Command command, string example) in group)
                examples[command] = example;
        }

        foreach (Option option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help } helpOption)
                helpOption.Action = new HelpWithExamples(help, examples);
            else if (option is VersionOption version)
                version.Action = new VersionLine(terminal);
        }

        return root;
    }

    /// <summary>
    /// A token that looks like an option and was parsed as the name of a file or model; null if there is none. After "--" every token is a
    /// name.
    /// </summary>
    private static string? StrayOption(ParseResult result)
    {
        if (result.Action is HelpAction or HelpWithExamples || result.Tokens.Any(token => token.Type == TokenType.DoubleDash))
            return null;
        IEnumerable<Token> names = result.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens);
        return names.FirstOrDefault(token => token.Value is ['-', _, ..])?.Value;
    }

    private static string Complaint(ParseResult result)
    {
        string? token = StrayOption(result) ?? (result.UnmatchedTokens is [string first, ..] ? first : null);
        if (token is null)
            return Describe(result.Errors[0]);
        Command command = result.CommandResult.Command;
        string name = PathOf(result);
        IEnumerable<string> known = token.StartsWith('-')
            ? command.Options.Select(option => option.Name)
            : command.Subcommands.Select(subcommand => subcommand.Name);
        string? near = EditDistance.Nearest(token, known);
        string kind =
            token.StartsWith('-') ? "an option"
            : command.Subcommands.Count > 0 ? "a command"
            : "an argument";
        return $"'{token}' is not {kind} of {name}{(near is null ? "." : $"; did you mean {near}?")}";
    }

    /// <summary>The library names the type of the program; a user needs what is allowed.</summary>
    private static string Describe(ParseError error)
    {
        if (error.SymbolResult is not OptionResult { Option: { } option, Tokens: [{ Value: string value }] })
            return error.Message;
        Type type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        string? kind =
            type == typeof(int) || type == typeof(long) ? "a whole number"
            : type == typeof(double) ? "a number"
            : null;
        bool isWrong = kind == "a number" ? !double.TryParse(value, CultureInfo.InvariantCulture, out _) : !long.TryParse(value, out _);
        return kind is not null && isWrong ? $"{option.Name} is '{value}'; it must be {kind}." : error.Message;
    }

    // "rnnpool-edge model quantize" for the command of that name.
    private static string PathOf(ParseResult result)
    {
        string path = "";
        for (SymbolResult? at = result.CommandResult; at is CommandResult { Command: not RootCommand } command; at = at.Parent)
            path = $" {command.Command.Name}{path}";
        return "rnnpool-edge" + path;
    }

    private static string Advice(ParseResult result)
    {
        return $"{PathOf(result)} --help shows what is allowed.";
    }

    private sealed class HelpWithExamples(HelpAction help, Dictionary<Command, string> examples) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int code = help.Invoke(parseResult);
            if (!examples.TryGetValue(parseResult.CommandResult.Command, out string? text))
                return code;
            parseResult.InvocationConfiguration.Output.WriteLine("Examples:");
            parseResult.InvocationConfiguration.Output.WriteLine(text);
            return code;
        }
    }

    private sealed class VersionLine(Terminal terminal) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            terminal.WriteLine($"rnnpool-edge {ProductVersion.Text}");
            return ExitCode.Ok;
        }
    }
}
