using Spectre.Console;

namespace RNNPool.Edge.Commands;

/// <summary>A bar on standard error while something takes its time; nothing where no bar can be drawn.</summary>
internal static class ProgressLine
{
    public static Task RunAsync(Terminal terminal, string what, double total, Func<Action<double>, Task> work)
    {
        if (Console.IsErrorRedirected) return work(static _ => { });
        return terminal.Error.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(what), maxValue: total);
                return work(value => task.Value = value);
            });
    }
}
