using RNNPool.Edge.Core;

namespace RNNPool.Edge.Parts;

/// <summary>
/// The services that all parts share. Each part is a feature of its own that calls
/// <see cref="PartServiceCollectionExtensions.AddPart{TPart}"/>.
/// </summary>
internal sealed class PartsFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections => [];

    public void AddServices(IServiceCollection services, IConfiguration configuration) =>
        services.AddSingleton<PartsStatus>().AddSingleton<IDoctorCheck, PartCheck>().AddSingleton<IDeviceFileSource, PartDeviceFiles>();
}
