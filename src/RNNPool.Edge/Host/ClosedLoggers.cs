using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Health;
using RNNPool.Edge.Health.Systemd;
using RNNPool.Edge.Parts;
using RNNPool.Edge.Parts.Button;
using RNNPool.Edge.Parts.Buzzer;
using RNNPool.Edge.Parts.LightSensor;
using RNNPool.Edge.Parts.Pir;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Pipeline.Engines;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Pipeline.Pictures;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Sinks.Gpio;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Sinks.Log;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Sinks.Mqtt.Commands;
using RNNPool.Edge.Sinks.Mqtt.HomeAssistant;
using RNNPool.Edge.Sinks.Notify;
using RNNPool.Edge.Sinks.Outbox;
using RNNPool.Edge.Web;
using RNNPool.Edge.Web.Access;
using RNNPool.Edge.Web.Connections;
using RNNPool.Edge.Web.Listening;
using RNNPool.Edge.Web.Live;
using RNNPool.Edge.Web.Models;
using RNNPool.Edge.Web.Network;

namespace RNNPool.Edge.Host;

/// <summary>
/// The loggers of the device's classes. The framework registers an open type, and the native program would have to build the type of each
/// logger while it starts.
/// </summary>
internal static class ClosedLoggers
{
    public static void AddTo(IServiceCollection services)
    {
        Add<AccessStore>(services);
        Add<ActiveModel>(services);
        Add<AnnouncementFile>(services);
        Add<ButtonPart>(services);
        Add<BuzzerPart>(services);
        Add<CaptureLoop>(services);
        Add<CommandInbox>(services);
        Add<CommandService>(services);
        Add<ControlsFile>(services);
        Add<CoprocessorService>(services);
        Add<CoprocessorUpload>(services);
        Add<DetectionLoop>(services);
        Add<DeviceCertificate>(services);
        Add<DeviceControls>(services);
        Add<DiscoveryService>(services);
        Add<EventDispatcher>(services);
        Add<EventJournal>(services);
        Add<EventOutbox>(services);
        Add<FailoverDetector>(services);
        Add<HangupStop>(services);
        Add<HealthMonitor>(services);
        Add<LightSensorPart>(services);
        Add<LivePictures>(services);
        Add<LogSink>(services);
        Add<LoopSupervisor>(services);
        Add<ModelSynchronizer>(services);
        Add<MqttLink>(services);
        Add<NotifyQueue>(services);
        Add<PageAddressService>(services);
        Add<PagePort>(services);
        Add<PartsService>(services);
        Add<PeerConnections>(services);
        Add<PictureEncoding>(services);
        Add<PinService>(services);
        Add<PirPart>(services);
        Add<PresenceHealth>(services);
        Add<ProblemMiddleware>(services);
        Add<ResultVerifier>(services);
        Add<RetryingListenerFactory>(services);
        Add<ServerCertificate>(services);
        Add<SettingsReload>(services);
        Add<StateFolder>(services);
        Add<SystemdService>(services);
    }

    private static void Add<T>(IServiceCollection services) =>
        services.AddSingleton<ILogger<T>>(static provider => new Logger<T>(provider.GetRequiredService<ILoggerFactory>()));
}
