using Spectre.Console;

namespace RNNPool.Edge.Cli;

/// <summary>A progress bar with the remaining time on standard error, if that is a terminal.</summary>
internal static class ProgressLine
{
    /// <summary>Runs work with a progress bar.</summary>
    /// <param name="terminal">Shows the bar.</param>
    /// <param name="what">Unit of the progress, such as <c>pictures</c>.</param>
    /// <param name="total">Number of units; a single one gets no bar.</param>
    /// <param name="work">The work; it reports the number of finished units.</param>
    /// <param name="bytes">Whether the unit is bytes, so that the rate is shown.</param>
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

    /// <summary>Runs <paramref name="work"/> on another thread. It reports its progress as a share from 0 to 1.</summary>
    public static Task<T> ComputeAsync<T>(Terminal terminal, string what, Func<IProgress<double>, T> work) =>
        RunAsync(terminal, what, Permille, advance => Task.Run(() => work(new Share(advance))));

    private const double Permille = 1000;

    private sealed class Share(Action<double> advance) : IProgress<double>
    {
        public void Report(double value) => advance(Permille * value);
    }
}
