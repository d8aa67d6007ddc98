using Microsoft.Extensions.Options;
using RNNPool.Edge.Pipeline.Inference;

namespace RNNPool.Edge.Pipeline.Motion;

internal static class MotionServiceCollectionExtensions
{
    /// <summary>Adds the motion gate when it is switched on.</summary>
    public static IServiceCollection AddMotion(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MotionOptions>().BindConfiguration(MotionOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MotionOptions>, MotionOptionsValidator>();
        if (configuration.GetValue<bool>($"{MotionOptions.SectionName}:{nameof(MotionOptions.Enabled)}"))
            services.AddSingleton<IFrameGate, MotionGate>();
        return services;
    }
}
