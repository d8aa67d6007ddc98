using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Commands;

/// <summary>The program as its user has it: another process.</summary>
internal sealed partial class Cli : IDisposable
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Longest life of a process that is to end by itself: the demo's, on a machine with other work.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly Process _process;
    private readonly string _state;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private Cli(ProcessStartInfo start, string state)
    {
        _state = state;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => Text(_output);

    public string Error => Text(_error);

    /// <summary>Starts the program that was built with the tests.</summary>
    public static Cli Start(params string[] arguments) => Start(Path.Combine(AppContext.BaseDirectory, "rnnpool-edge"), arguments);

    public static Cli Start(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = Samples.Root };
        start.Environment["RNNPOOL_EDGE_CONFIG"] = null;
        string state = Directory.CreateTempSubdirectory("rnnpool-edge-state-").FullName;
        start.Environment["XDG_STATE_HOME"] = state;
        start.Environment.Remove("STATE_DIRECTORY");
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        return new Cli(start, state);
    }

    /// <summary>Runs the program to its end.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using Cli cli = Start(arguments);
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
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"Still running after {Patience.TotalSeconds} s.\n{Output}\n{Error}"));
        }

        return _process.ExitCode;
    }

    public void Signal(int signal) => Assert.Equal(0, SendSignal(_process.Id, signal));

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
        Directory.Delete(_state, recursive: true);
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (text) text.AppendLine(line);
    }

    private static string Text(StringBuilder text)
    {
        lock (text) return text.ToString();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
