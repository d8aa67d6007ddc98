using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Events;
using RNNPool.Edge.Health;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Pipeline.Motion;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Sinks.Gpio;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Web;

namespace RNNPool.Edge.Host;

/// <summary>Puts the device together.</summary>
public static class DeviceHost
{
    /// <summary>How long a stop may take before the process goes anyway.</summary>
    public static readonly TimeSpan ShutdownTime = TimeSpan.FromSeconds(1.8);

    private const int SpareThreads = 4;

    /// <summary>Reads the configuration and registers every feature. Nothing is opened yet.</summary>
    /// <param name="file">Configuration file in place of the system's; null for the system's.</param>
    /// <param name="overrides">Settings of the command line.</param>
    /// <param name="systemFile">Whether the system's configuration file is read at all.</param>
    public static WebApplicationBuilder CreateBuilder(
        string? file,
        IReadOnlyList<KeyValuePair<string, string?>> overrides,
        bool systemFile = true
    ) => CreateBuilder(DeviceConfiguration.Load(new SettingSources(file, overrides, systemFile)));

    /// <summary>Registers every feature, with settings that have been read. Nothing is opened yet.</summary>
    public static WebApplicationBuilder CreateBuilder(DeviceSettings settings)
    {
        // Empty: the framework's own settings files and environment variables have no say here.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = "rnnpool-edge" }
        );
        var provider = new DeviceSettingsProvider(settings);
        ((IConfigurationBuilder)builder.Configuration).Add(provider);
        builder.AddDeviceLogging();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTime);
        builder.Services.AddSingleton(typeof(ILive<>), typeof(LiveSection<>));
        builder.Services.AddSingleton<DeviceMetrics>().AddStorage();
        builder.Services.AddSingleton<ImagePolicy>();
        builder
            .Services.AddSingleton<LoopSupervisor>()
            .AddSingleton<IHealthSource>(services => services.GetRequiredService<LoopSupervisor>());
        builder
            .Services.AddSingleton(provider)
            .AddSingleton<SettingsReload>()
            .AddHostedService(services => services.GetRequiredService<SettingsReload>());

        // Inference and the decoding of pictures keep a thread of the pool busy each; without spare ones HTTP and MQTT would wait for new ones.
        ThreadPool.GetMinThreads(out int workers, out int ports);
        ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount + SpareThreads), ports);

        // Services stop in the reverse order: first the camera, then the detector, then the sinks.
        builder
            .Services.AddHealth()
            .AddEvents(builder.Configuration)
            .AddJournal(builder.Configuration)
            .AddMqtt(builder.Configuration)
            .AddGpio(builder.Configuration)
            .AddPipeline()
            .AddMotion(builder.Configuration)
            .AddCoprocessor(builder.Configuration)
            .AddCapture(builder.Configuration);
        builder.AddDiagnostics().AddWebApi();
        return builder;
    }

    /// <summary>Puts the services together, without a server and without starting any, so that every rule of every section has its say.</summary>
    /// <exception cref="OptionsValidationException">A setting is not allowed.</exception>
    /// <exception cref="AggregateException">Settings of several sections are not allowed.</exception>
    public static void Validate(DeviceSettings settings)
    {
        WebApplicationBuilder builder = CreateBuilder(settings);
        builder.Logging.ClearProviders();
#pragma warning disable ASP0000 // These services are a copy on purpose; they are gone before anything uses them.
        using ServiceProvider services = builder.Services.BuildServiceProvider();
#pragma warning restore ASP0000
        services.GetRequiredService<IStartupValidator>().Validate();
    }

    /// <summary>Finishes the host: the HTTP pages are mapped.</summary>
    public static WebApplication BuildDevice(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        WebApplication app = builder.Build();
        app.MapWebApi();
        return app;
    }
}
