using Spectre.Console;

namespace RNNPool.Edge.Commands.Model;

/// <summary>Work with a bar on a terminal, and without one elsewhere.</summary>
internal static class ProgressBar
{
    public static Task<T> RunAsync<T>(Terminal terminal, string what, Func<IProgress<double>, T> work)
    {
        if (Console.IsErrorRedirected) return Task.Run(() => work(new Silent()));
        return terminal.Error.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                ProgressTask task = context.AddTask(what, maxValue: 1);
                return Task.Run(() => work(new Bar(task)));
            });
    }

    private sealed class Silent : IProgress<double>
    {
        public void Report(double value)
        {
        }
    }

    private sealed class Bar(ProgressTask task) : IProgress<double>
    {
        public void Report(double value) => task.Value = value;
    }
}
