using System.Diagnostics;

namespace RNNPool.Edge.Tests.Cli;

public sealed class InterruptionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("interruption-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(CommandLine.Interrupt, 130)]
    [InlineData(CommandLine.Terminate, 143)]
    public async Task A_command_that_waits_for_a_file_that_never_comes_ends_all_the_same(int signal, int code)
    {
        using CommandLine evaluation = CommandLine.Start("eval", Pipe());
        await using FileStream writer = await WriterAsync();

        evaluation.Signal(signal);

        Assert.Equal(code, await evaluation.ExitAsync());
        Assert.Equal("error: Interrupted.\n", evaluation.Error);
    }

    [Fact]
    public async Task A_second_Ctrl_C_ends_it_and_nothing_breaks()
    {
        using CommandLine evaluation = CommandLine.Start("eval", Pipe());
        await using FileStream writer = await WriterAsync();

        evaluation.Signal(CommandLine.Interrupt);
        evaluation.Signal(CommandLine.Interrupt);

        Assert.Equal(130, await evaluation.ExitAsync());
        Assert.DoesNotContain("Unhandled", evaluation.Error, StringComparison.Ordinal);
    }

    private string Pipe()
    {
        string pipe = Path.Combine(_folder, "set.csv");
        using Process mkfifo = Process.Start("mkfifo", [pipe]);
        mkfifo.WaitForExit();
        return pipe;
    }

    // Opening the other end returns when the program has opened its own: from then on it reads, and nothing comes.
    private Task<FileStream> WriterAsync() =>
        Task.Run(() => new FileStream(Path.Combine(_folder, "set.csv"), FileMode.Open, FileAccess.Write))
            .WaitAsync(Support.Wait.Patience, TestContext.Current.CancellationToken);
}
