using RNNPool.Edge.Hardware.Buses;
using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Hardware.Gpio.Kernel;

namespace RNNPool.Edge.Core;

/// <summary>The pins and buses of the machine, which several features share.</summary>
internal sealed class HardwareFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections => [];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<PageAddress>();
        services.AddSingleton<IGpioChips, KernelChips>().AddSingleton<SimulatedPins>().AddSingleton<PinFactory>();
        services.AddSingleton<IBuses, SystemBuses>();
        services.AddSingleton<ISettingCheck, LineCheck>();
    }
}
