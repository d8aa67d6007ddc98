using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Events;
using RNNPool.Edge.Health;
using RNNPool.Edge.Parts;
using RNNPool.Edge.Parts.Button;
using RNNPool.Edge.Parts.Buzzer;
using RNNPool.Edge.Parts.Lcd;
using RNNPool.Edge.Parts.LightSensor;
using RNNPool.Edge.Parts.Oled;
using RNNPool.Edge.Parts.PanTilt;
using RNNPool.Edge.Parts.Pir;
using RNNPool.Edge.Parts.StatusLight;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Pipeline.Motion;
using RNNPool.Edge.Pipeline.Pictures;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Sinks.Gpio;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Sinks.Log;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Sinks.Mqtt.HomeAssistant;
using RNNPool.Edge.Sinks.Notify;
using RNNPool.Edge.Web;

namespace RNNPool.Edge.Host;

/// <summary>Assembles the device from its features.</summary>
internal static class DeviceHost
{
    /// <summary>How long the services may take to stop before the host stops waiting for them.</summary>
    public static readonly TimeSpan ShutdownTime = TimeSpan.FromSeconds(1.8);

    private const int SpareThreads = 4;

    /// <summary>
    /// All features, in the order in which their services start; they stop in reverse order. The camera starts last and stops first, then
    /// the detector, then the sinks, so that no part waits for one that has stopped. A coprocessor replaces the detector of this machine,
    /// so its feature comes after the one that adds the detector.
    /// </summary>
    private static readonly IFeature[] Features =
    [
        new LoggingFeature(),
        new DeviceFeature(),
        new HardwareFeature(),
        new HealthFeature(),
        new EventsFeature(),
        new LogFeature(),
        new JournalFeature(),
        new MqttFeature(),
        new HomeAssistantFeature(),
        new NotifyFeature(),
        new GpioFeature(),
        new PartsFeature(),
        new OledFeature(),
        new StatusLightFeature(),
        new LcdFeature(),
        new PanTiltFeature(),
        new ButtonFeature(),
        new BuzzerFeature(),
        new LightSensorFeature(),
        new PirFeature(),
        new ControlFeature(),
        new PicturesFeature(),
        new InferenceFeature(),
        new MotionFeature(),
        new CoprocessorFeature(),
        new CameraFeature(),
        new PipelineFeature(),
        new DiagnosticsFeature(),
        new WebFeature(),
    ];

    /// <summary>The sections of all features.</summary>
    public static IReadOnlyList<SettingsSection> Sections { get; } = [.. Features.SelectMany(feature => feature.Sections)];

    /// <summary>Reads the settings of all features.</summary>
    public static SettingsLoader Settings { get; } = new(new SettingsSchema(Sections));

    /// <summary>Registers every feature. Nothing is opened yet.</summary>
    public static WebApplicationBuilder CreateBuilder(DeviceSettings settings)
    {
        // Empty: the framework's own settings files and environment variables must not apply.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = "rnnpool-edge" }
        );
        var provider = new DeviceSettingsProvider(settings);
        ((IConfigurationBuilder)builder.Configuration).Add(provider);
        builder.WebHost.UseKestrelCore();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTime);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<SameSettings>(SettingValues.Same);
        builder.Services.AddTransient(typeof(Lazy<>), typeof(LazyService<>));
        builder.Services.AddSingleton<IDeviceComposer, DeviceComposer>().AddSingleton(Settings.Schema);
        builder
            .Services.AddSingleton(provider)
            .AddSingleton<SettingsReload>()
            .AddHostedService(services => services.GetRequiredService<SettingsReload>());
        builder.Services.AddSingleton<SettingsWriter>().AddHostedService<HangupStop>();

        // Inference and the decoding of pictures keep a thread of the pool busy each; without spare ones HTTP and MQTT would wait for new
        // ones.
        ThreadPool.GetMinThreads(out int workers, out int ports);
        ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount + SpareThreads), ports);

        foreach (IFeature feature in Features)
            feature.AddServices(builder.Services, builder.Configuration);
        return builder;
    }

    /// <summary>Builds the host and maps the HTTP interface.</summary>
    /// <param name="builder">The services.</param>
    /// <param name="takePort">
    /// Whether to validate the settings and take the port of the page and the state folder before any service opens a file.
    /// </param>
    /// <exception cref="CommandException">The port or the state folder is in use.</exception>
    public static WebApplication BuildDevice(this WebApplicationBuilder builder, bool takePort = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        WebApplication app = builder.Build();
        if (takePort)
        {
            app.Services.GetRequiredService<IStartupValidator>().Validate();
            app.Services.GetRequiredService<PagePort>().Bind();
            app.Services.GetRequiredService<DeviceMarker>().Take();
        }

        app.Services.GetRequiredService<WebPipeline>().Apply(app);
        return app;
    }
}
