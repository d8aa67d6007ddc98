using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>Output and input pins, when any is configured.</summary>
internal sealed class GpioFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(GpioOptions.SectionName, typeof(GpioOptions))];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<GpioOptions, GpioOptionsValidator>(GpioOptions.SectionName, static (section, options) => section.Bind(options));
        services.AddSingleton<IDoctorCheck, GpioCheck>();
        services.AddSingleton<IDeviceFileSource, GpioDeviceFiles>();
        services.AddSingleton<GpioStatus>();
        services.AddSingleton<IHealthSource>(provider => provider.GetRequiredService<GpioStatus>());
        IConfigurationSection gpio = configuration.GetSection(GpioOptions.SectionName);
        IConfigurationSection[] pins =
        [
            .. gpio.GetSection(nameof(GpioOptions.Outputs)).GetChildren(),
            .. gpio.GetSection(nameof(GpioOptions.Inputs)).GetChildren(),
        ];
        foreach (IConfigurationSection pin in pins)
            services.AddUsedLine(configuration, $"{pin.Path}:{nameof(GpioOutputOptions.Pin)}");
        if (pins.Length > 0)
            services.AddHostedService<PinService>();
    }
}
