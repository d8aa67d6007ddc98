using Microsoft.Extensions.Logging.Console;
using RNNPool.Edge.Health.Systemd;

namespace RNNPool.Edge.Host;

internal static class LoggingSetup
{
    /// <summary>One line a message with UTC time, to standard output; colour only on a terminal. Section <c>Logging:LogLevel</c> sets levels by category.</summary>
    public static void AddDeviceLogging(this WebApplicationBuilder builder)
    {
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);

        // Why the start failed is told once, by the command, as a sentence.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));

        // The system's journal has the time, and wants to know the level of each line (sd-daemon(3)).
        if (ServiceEnvironment.Read(Environment.GetEnvironmentVariable).Journal)
        {
            builder.Logging.AddSystemdConsole(options => options.IncludeScopes = false);
            return;
        }

        builder.Logging.AddSimpleConsole(options =>
        {
            options.SingleLine = true;
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            options.ColorBehavior = LoggerColorBehavior.Default;
        });
    }
}
