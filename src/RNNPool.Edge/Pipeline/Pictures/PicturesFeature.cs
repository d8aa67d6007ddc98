using RNNPool.Edge.Core;

namespace RNNPool.Edge.Pipeline.Pictures;

/// <summary>The pictures of presences.</summary>
internal sealed class PicturesFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(PictureOptions.SectionName, typeof(PictureOptions))];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<PictureOptions, PictureOptionsValidator>(PictureOptions.SectionName, static (section, options) =>
            section.Bind(options)
        );
        services.AddSingleton<PresencePictures>();
        services.AddSingleton<IImageHolder>(provider => provider.GetRequiredService<PresencePictures>());
        services.AddSingleton<PictureEncoding>();
        services.AddHostedService(provider => provider.GetRequiredService<PictureEncoding>());
    }
}
