using System.Globalization;

namespace RNNPool.Edge.Core;

/// <summary>The terminal on which this process was started.</summary>
internal static class StartTerminal
{
    private const string IgnoredSignals = "SigIgn:";

    /// <summary>Whether the process was started on a terminal: one of the standard streams is one.</summary>
    public static bool IsPresent => !Console.IsInputRedirected || !Console.IsOutputRedirected || !Console.IsErrorRedirected;

    /// <summary>Whether standard output is a terminal, which shows lines to a person.</summary>
    public static bool ShowsOutput => !Console.IsOutputRedirected;

    /// <summary>Whether the output may have colours.</summary>
    public static bool HasColour =>
        ShowsOutput
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    /// <summary>Whether the process was started so that it outlives its terminal, as by nohup(1).</summary>
    public static bool HangupIgnored()
    {
        try
        {
            string? mask = File.ReadLines("/proc/self/status")
                .FirstOrDefault(line => line.StartsWith(IgnoredSignals, StringComparison.Ordinal));
            return ulong.TryParse(
                    mask?[IgnoredSignals.Length..].Trim(),
                    NumberStyles.HexNumber,
                    CultureInfo.InvariantCulture,
                    out ulong signals
                )
                && (signals & 1) != 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
