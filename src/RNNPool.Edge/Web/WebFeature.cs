using RNNPool.Edge.Core;

namespace RNNPool.Edge.Web;

/// <summary>The page and the HTTP interface.</summary>
internal sealed class WebFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(WebOptions.SectionName, typeof(WebOptions))];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IDoctorCheck, PortCheck>();
        services.AddWebApi();
    }
}
