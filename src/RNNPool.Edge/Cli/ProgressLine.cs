using Spectre.Console;

namespace RNNPool.Edge.Cli;

/// <summary>A bar with the time that is left, on standard error, while something takes its time; nothing where no bar can be drawn.</summary>
internal static class ProgressLine
{
    /// <summary>Does work that tells how far it is.</summary>
    /// <param name="terminal">Where the bar goes.</param>
    /// <param name="what">What is counted, such as <c>pictures</c>.</param>
    /// <param name="total">How many there are; a single one gets no bar.</param>
    /// <param name="work">The work; it is given what to tell how many are done.</param>
    /// <param name="bytes">Whether bytes are counted, so that their rate is shown.</param>
    public static async Task<T> RunAsync<T>(
        Terminal terminal,
        string what,
        double total,
        Func<Action<double>, Task<T>> work,
        bool bytes = false
    )
    {
        if (!terminal.Animates || total <= 1)
            return await work(static _ => { }).ConfigureAwait(false);
        ProgressColumn[] columns =
        [
            new TaskDescriptionColumn(),
            new ProgressBarColumn(),
            new PercentageColumn(),
            .. bytes ? [new TransferSpeedColumn()] : Array.Empty<ProgressColumn>(),
            new RemainingTimeColumn(),
        ];
        return await terminal
            .Error.Progress()
            .AutoClear(true)
            .Columns(columns)
            .StartAsync(context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(what), maxValue: total);
                return work(value => task.Value = value);
            })
            .ConfigureAwait(false);
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public static Task RunAsync(Terminal terminal, string what, double total, Func<Action<double>, Task> work) =>
        RunAsync(terminal, what, total, async advance =>
        {
            await work(advance).ConfigureAwait(false);
            return true;
        });

    /// <summary>Computes, on another thread, something that tells its share of 1.</summary>
    public static Task<T> ComputeAsync<T>(Terminal terminal, string what, Func<IProgress<double>, T> work) =>
        RunAsync(terminal, what, Permille, advance => Task.Run(() => work(new Share(advance))));

    private const double Permille = 1000;

    private sealed class Share(Action<double> advance) : IProgress<double>
    {
        public void Report(double value) => advance(Permille * value);
    }
}
