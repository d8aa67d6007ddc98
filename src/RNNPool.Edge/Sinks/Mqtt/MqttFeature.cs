using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Pictures;
using RNNPool.Edge.Sinks.Mqtt.Commands;
using RNNPool.Edge.Sinks.Outbox;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>The link to a broker and the publishers that use it, when a broker is configured.</summary>
internal sealed class MqttFeature : IFeature
{
    /// <summary>The outbox of the broker.</summary>
    public static OutboxPlace OutboxPlace { get; } = new("outbox.db", "the broker", $"{MqttOptions.SectionName}:Outbox");

    public IReadOnlyList<SettingsSection> Sections { get; } = [new(MqttOptions.SectionName, typeof(MqttOptions))];

    /// <summary>Whether the settings name a broker.</summary>
    public static bool IsConfigured(IConfiguration configuration) =>
        !string.IsNullOrEmpty(configuration[$"{MqttOptions.SectionName}:{nameof(MqttOptions.Host)}"]);

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<MqttOptions, MqttOptionsValidator>(MqttOptions.SectionName, static (section, options) => section.Bind(options));
        services.AddSingleton<IDoctorCheck, BrokerCheck>();
        services.AddSingleton<ISettingCheck, MqttFileCheck>();
        services.AddSingleton(provider =>
            provider.GetRequiredService<IOptions<DeviceOptions>>().Value.Id is { } id
                ? new DeviceIdentity(id)
                : DeviceIdentity.Read(
                    provider.GetRequiredService<StateFolder>(),
                    provider.GetRequiredService<ILoggerFactory>().CreateLogger<DeviceIdentity>()
                )
        );
        services.AddSingleton(provider => new MqttTopics(
            provider.GetRequiredService<DeviceIdentity>().Expand(provider.GetRequiredService<IOptions<MqttOptions>>().Value.TopicPrefix)
        ));
        string[] retained =
        [
            MqttTopics.AvailabilityName,
            MqttTopics.StateName,
            MqttTopics.DiagnosticsName,
            ControlTopics.Detection,
            ControlTopics.Threshold,
            ControlTopics.Privacy,
            SnapshotTopics.Name,
            PictureTopics.Whole,
            PictureTopics.Crop,
            PictureTopics.Facts,
        ];
        foreach (string topic in retained)
            services.AddSingleton(new RetainedTopic(topic));
        foreach (string camera in CameraFeature.FindNames(configuration))
        {
            foreach (
                string topic in (string[])
                    [MqttTopics.StateName, SnapshotTopics.Name, PictureTopics.Whole, PictureTopics.Crop, PictureTopics.Facts]
            )
                services.AddSingleton(new RetainedTopic(CameraTopics.Below(camera, topic)));
        }

        if (IsConfigured(configuration))
            AddLink(services);
    }

    private static void AddLink(IServiceCollection services)
    {
        services.AddSingleton<WorkSignal>();
        services.AddSingleton(provider => new EventOutbox(
            provider.GetRequiredService<IOptions<MqttOptions>>().Value.Outbox,
            OutboxPlace,
            provider.GetRequiredService<StateFolder>(),
            provider.GetRequiredService<WorkSignal>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ClockTrust>(),
            provider.GetRequiredService<ILogger<EventOutbox>>()
        ));
        services.AddSingleton<IReportSource, OutboxReport>();
        services.AddSingleton<RetainedStates>();
        services.AddSingleton<MomentaryMessages>();
        services.AddSingleton<MqttLink>();
        services.AddSingleton(provider => provider.GetRequiredService<MqttLink>().Heartbeat);
        services.AddSingleton<IHealthSource, MqttHealth>();
        services.AddSingleton<MqttMetrics>();
        services.AddSingleton<TransitionMessages>();
        services.AddSingleton<CameraTopics>();
        services.AddSingleton<IReportSource>(provider => provider.GetRequiredService<TransitionMessages>());
        services.AddSingleton<MqttSink>();
        services.AddSingleton<IEventSink>(provider => provider.GetRequiredService<MqttSink>());

        services.AddSingleton<ControlTopics>();
        services.AddSingleton<IReportSource>(provider => provider.GetRequiredService<ControlTopics>());
        services.AddSingleton<SnapshotTopics>();
        services.AddSingleton<IReportSource>(provider => provider.GetRequiredService<SnapshotTopics>());
        services.AddSingleton<IImageHolder>(provider => provider.GetRequiredService<SnapshotTopics>());
        services.AddSingleton<PictureTopics>();
        services.AddSingleton<IReportSource>(provider => provider.GetRequiredService<PictureTopics>());
        services.AddSingleton<IImageHolder>(provider => provider.GetRequiredService<PictureTopics>());
        services.AddSingleton<IPresencePictureUser>(provider => provider.GetRequiredService<PictureTopics>());
        services.AddSingleton<CommandInbox>();
        services.AddSingleton<IMqttListener>(provider => provider.GetRequiredService<CommandInbox>());
        services.AddHostedService<CommandService>();
        services.AddHostedService<ReportService>();
    }
}
