using Microsoft.Extensions.Logging.Console;
using RNNPool.Edge.Core;
using RNNPool.Edge.Health.Systemd;

namespace RNNPool.Edge.Host;

/// <summary>Log messages on standard output, one line each: short ones on a terminal, complete ones elsewhere.</summary>
internal sealed class LoggingFeature : IFeature
{
    private const string UtcTime = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public IReadOnlyList<SettingsSection> Sections { get; } = [new(LoggingOptions.SectionName, typeof(LoggingOptions))];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        ClosedLoggers.AddTo(services);
        services
            .AddSection<LoggingOptions, LoggingOptionsValidator>(LoggingOptions.SectionName, static (section, options) =>
                section.Bind(options)
            )
            .AddLogging(logging => Configure(logging, configuration.GetSection(LoggingOptions.SectionName)));
    }

    private static void Configure(ILoggingBuilder logging, IConfigurationSection section)
    {
        logging.AddFilter("Microsoft", LogLevel.Warning);

        // The framework logs every refused request; the answer itself has the reason.
        logging.AddFilter("RNNPool.Edge.Web.Access.DeviceAuthenticationHandler", LogLevel.Warning);

        // The command reports a failed start itself, as one sentence.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddConfiguration(section);

        // This category logs whole addresses, and those of pictures may have a signature. The filter follows the settings, so it stands.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);

        // A reader that stalls, such as a stopped terminal or a full pipe, must not stop what logs; the console counts what it drops.
        logging.Services.Configure<ConsoleLoggerOptions>(options => options.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
        AddConsole(logging, section.GetValue<LogFormat>(nameof(LoggingOptions.Format), LogFormat.Auto));
    }

    private static void AddConsole(ILoggingBuilder logging, LogFormat format)
    {
        switch (format)
        {
            // The system's journal adds the time, and reads the level of each line (sd-daemon(3)).
            case LogFormat.Auto when ServiceEnvironment.Read(Environment.GetEnvironmentVariable).Journal:
                logging.AddSystemdConsole(options => options.IncludeScopes = false);
                break;
            case LogFormat.Brief:
            case LogFormat.Auto when StartTerminal.ShowsOutput:
                logging.AddConsole(options => options.FormatterName = BriefLogFormatter.FormatterName);
                logging.Services.AddSingleton<ConsoleFormatter, BriefLogFormatter>();
                break;
            case LogFormat.Json:
                logging.AddJsonConsole(options => (options.UseUtcTimestamp, options.TimestampFormat) = (true, UtcTime));
                break;
            default:
                logging.AddSimpleConsole(options =>
                {
                    options.SingleLine = true;
                    options.UseUtcTimestamp = true;
                    options.TimestampFormat = UtcTime + " ";
                    options.ColorBehavior = LoggerColorBehavior.Default;
                });
                break;
        }
    }
}
