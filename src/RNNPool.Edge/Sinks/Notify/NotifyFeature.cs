using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Pictures;

namespace RNNPool.Edge.Sinks.Notify;

/// <summary>Notifications, when an address is set.</summary>
internal sealed class NotifyFeature : IFeature
{
    private static readonly string[] Addresses = ["Webhook:Url", "Ntfy:Url", "Telegram:Token"];

    public IReadOnlyList<SettingsSection> Sections { get; } = [new(NotifyOptions.SectionName, typeof(NotifyOptions))];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<NotifyOptions, NotifyOptionsValidator>(NotifyOptions.SectionName, static (section, options) =>
            section.Bind(options)
        );
        if (!IsConfigured(configuration))
            return;
        services.AddSingleton<IPresencePictureUser, NotifyPictureDemand>();
        services.AddSingleton<NotifyPictures>();
        services.AddSingleton<IImageHolder>(provider => provider.GetRequiredService<NotifyPictures>());
        services.AddSingleton<NotifyComposer>();
        services.AddSingleton<NotifySink>();
        services.AddSingleton<IEventSink>(provider => provider.GetRequiredService<NotifySink>());
        services.AddSingleton<IHealthSource>(provider => provider.GetRequiredService<NotifySink>());
    }

    private static bool IsConfigured(IConfiguration configuration) =>
        configuration.GetValue($"{NotifyOptions.SectionName}:{nameof(NotifyOptions.Enabled)}", true)
        && Addresses.Any(key => !string.IsNullOrEmpty(configuration[$"{NotifyOptions.SectionName}:{key}"]));
}
