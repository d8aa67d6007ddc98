using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Host;

namespace RNNPool.Edge.Tests.Host;

public sealed class LoggingFeatureTests
{
    [Fact]
    public void Messages_are_dropped_when_standard_output_stalls()
    {
        var services = new ServiceCollection();
        new LoggingFeature().AddServices(services, new ConfigurationBuilder().Build());
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.Equal(
            ConsoleLoggerQueueFullMode.DropWrite,
            provider.GetRequiredService<IOptionsMonitor<ConsoleLoggerOptions>>().CurrentValue.QueueFullMode
        );
    }
}
