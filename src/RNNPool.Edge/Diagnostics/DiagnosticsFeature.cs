using RNNPool.Edge.Core;
using RNNPool.Edge.Diagnostics.Checks;

namespace RNNPool.Edge.Diagnostics;

/// <summary>The recent past of the device: figures and log messages.</summary>
internal sealed class DiagnosticsFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IDoctorCheck, SettingsCheck>();
        services.AddSingleton<IDoctorCheck, DeviceCheck>();
        services.AddSingleton<IDoctorCheck, PermissionCheck>();
        services.AddSingleton<IDoctorCheck, FolderCheck>();
        services.AddSingleton<IDoctorCheck, StateCheck>();
        services.AddSingleton<IDoctorCheck, ClockCheck>();
        services.AddSingleton<LogTail>();
        services.AddSingleton<ILoggerProvider>(provider => provider.GetRequiredService<LogTail>());
        services.AddSingleton<SampleHistory>().AddHostedService(provider => provider.GetRequiredService<SampleHistory>());
    }
}
