using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Core;
using RNNPool.Edge.Host;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Cli;

/// <summary>The program as a separate process, as users run it.</summary>
internal sealed partial class CommandLine : IDisposable
{
    public const int HangUp = 1;
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    private const int Started = 2;

    /// <summary>Limit for a process that ends without a signal: the demo on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly Process _process;
    private readonly Task _reading;
    private readonly string _state;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private CommandLine(ProcessStartInfo start, string state)
    {
        _state = state;
        _process = Process.Start(start)!;
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput, _output), ReadAsync(_process.StandardError, _error));
    }

    public int ProcessId => _process.Id;

    public string Output => Text(_output);

    public string Error => Text(_error);

    /// <summary>The lines of the log with an event id.</summary>
    public string[] Logged(int id) => [.. Output.Split('\n').Where(line => line.Contains($"[{id}] ", StringComparison.Ordinal))];

    /// <summary>Waits until a device has started.</summary>
    /// <returns>Where its page is.</returns>
    public async Task<Uri> AddressAsync()
    {
        await Wait.UntilAsync(() => Logged(Started).Length > 0, "the start of the device", () => [Output, Error]);
        return new Uri(Address().Match(Logged(Started)[0]).Value);
    }

    /// <summary>The program: that of the package where RNNPOOL_EDGE_PROGRAM names it, or the one that was built with the tests.</summary>
    public static string Program { get; } =
        Environment.GetEnvironmentVariable("RNNPOOL_EDGE_PROGRAM") ?? Path.Combine(AppContext.BaseDirectory, "rnnpool-edge");

    /// <summary>Whether the program is that of the package, which is native code.</summary>
    public static bool IsPackaged { get; } = !File.Exists(Program + ".dll");

    /// <summary>Starts the program.</summary>
    public static CommandLine Start(params string[] arguments) => Start(Program, arguments);

    public static CommandLine Start(string program, string[] arguments, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Samples.Root,
        };
        start.Environment["RNNPOOL_EDGE_CONFIG"] = null;
        string state = Directory.CreateTempSubdirectory("rnnpool-edge-state-").FullName;
        start.Environment["XDG_STATE_HOME"] = state;
        start.Environment.Remove("STATE_DIRECTORY");
        foreach ((string name, string? value) in environment)
            start.Environment[name] = value;
        return new CommandLine(start, state);
    }

    /// <summary>Waits until a device on a terminal has started.</summary>
    /// <returns>Where its page is.</returns>
    public async Task<Uri> AddressOnTerminalAsync()
    {
        await Wait.UntilAsync(() => Address().IsMatch(Output), "the address of the page", () => [Output]);
        return new Uri(Address().Match(Output).Value);
    }

    /// <summary>Starts the program on a pseudo-terminal; its output is that of the terminal.</summary>
    /// <param name="columns">Width of the terminal.</param>
    /// <param name="rows">Its height.</param>
    /// <param name="arguments">The command line; without quotes in it.</param>
    public static CommandLine StartOnTerminal(int columns, int rows, params string[] arguments)
    {
        string size = string.Create(CultureInfo.InvariantCulture, $"stty cols {columns} rows {rows}");
        return StartShellOnTerminal($"{size}; exec {Quote(arguments)}");
    }

    /// <summary>Starts a shell on a pseudo-terminal.</summary>
    public static CommandLine StartShellOnTerminal(string commands) =>
        Start("script", ["-qec", commands, "/dev/null"], ("TERM", "xterm-256color"), ("NO_COLOR", null));

    /// <summary>The program with arguments, as a shell reads them.</summary>
    public static string Quote(params string[] arguments) =>
        string.Join(' ', arguments.Prepend(Path.Combine(AppContext.BaseDirectory, "rnnpool-edge")).Select(argument => $"'{argument}'"));

    /// <summary>
    /// Runs a command within this process, which is fast; for commands that start no device, read nothing from standard input, and are not
    /// interrupted.
    /// </summary>
    public static async Task<(int Code, string Output, string Error)> InvokeAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await CommandTree.InvokeAsync(arguments, Terminal.ForWriters(output, error));
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Runs the program to its end.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using CommandLine cli = Start(arguments);
        int code = await cli.ExitAsync();
        return (code, cli.Output, cli.Error);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ExitAsync()
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Patience);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
            await _reading.WaitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"Still running after {Patience.TotalSeconds} s.\n{Output}\n{Error}"));
        }

        return _process.ExitCode;
    }

    /// <summary>Types, or writes to standard input.</summary>
    public void Type(string text)
    {
        _process.StandardInput.Write(text);
        _process.StandardInput.Flush();
    }

    /// <summary>Ends standard input.</summary>
    public void EndInput() => _process.StandardInput.Close();

    public void Signal(int signal) => Assert.Equal(0, SendSignal(_process.Id, signal));

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
        Directory.Delete(_state, recursive: true);
    }

    // Read in pieces, because a question has no end of line.
    private static async Task ReadAsync(StreamReader reader, StringBuilder text)
    {
        char[] buffer = new char[4096];
        for (int read = await reader.ReadAsync(buffer); read > 0; read = await reader.ReadAsync(buffer))
        {
            lock (text)
                text.Append(buffer, 0, read);
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }

    [GeneratedRegex(@"http://[^/ \r\n]*[^/ .\r\n]")]
    private static partial Regex Address();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
