using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Transports;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>The link to a coprocessor and the detector that uses it, when the settings name one.</summary>
internal sealed class CoprocessorFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(CoprocessorOptions.SectionName, typeof(CoprocessorOptions))];

    /// <summary>Replaces the detector of this machine, so this feature comes after <see cref="InferenceFeature"/>.</summary>
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IDoctorCheck, CoprocessorCheck>();
        services.AddSingleton<IDeviceFileSource, CoprocessorDeviceFiles>();
        services.AddSingleton(new RetainedTopic(CoprocessorReportSource.Topic, CoprocessorReportSource.DeviceSuffix));
        IConfigurationSection section = configuration.GetSection(CoprocessorOptions.SectionName);
        bool host =
            Enum.TryParse(section[nameof(CoprocessorOptions.Mode)], ignoreCase: true, out CoprocessorMode mode)
            && mode == CoprocessorMode.Host;
        if (host || string.IsNullOrEmpty(section[nameof(CoprocessorOptions.Endpoint)]))
            return;
        services.AddSingleton<ITransportFactory>(provider => LinkEndpoint.Parse(Options(provider).Endpoint!));
        services.AddSingleton(provider =>
            DeviceModel.Load(ModelFolder.Open(provider.GetRequiredService<IOptions<ModelOptions>>().Value.Resolve()))
        );
        services.AddSingleton<CoprocessorStatus>();
        services.AddSingleton<ModelSynchronizer>();
        services.AddSingleton(CreateClient);
        services.AddSingleton(CreateDetector);
        services.AddSingleton<IDetector>(provider => provider.GetRequiredService<FailoverDetector>());
        services.AddSingleton<IHealthSource, CoprocessorHealth>();
        services.AddSingleton<IReportSource, CoprocessorReportSource>();
        services.AddHostedService<CoprocessorService>();
    }

    private static CoprocessorOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<CoprocessorOptions>>().Value;

    private static CoprocessorClient CreateClient(IServiceProvider provider)
    {
        CoprocessorOptions options = Options(provider);
        var clientOptions = new CoprocessorClientOptions
        {
            DetectTimeout = options.FrameTimeout,
            MinReconnectDelay = options.ReconnectDelay,
            MaxReconnectDelay = options.MaxReconnectDelay,
        };
        return new CoprocessorClient(
            provider.GetRequiredService<ITransportFactory>(),
            clientOptions,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CoprocessorClient>>()
        );
    }

    private static FailoverDetector CreateDetector(IServiceProvider provider)
    {
        CoprocessorOptions options = Options(provider);
        DetectorOptions detector = provider.GetRequiredService<IOptions<DetectorOptions>>().Value;
        TimeProvider time = provider.GetRequiredService<TimeProvider>();
        DeviceModel model = provider.GetRequiredService<DeviceModel>();
        CoprocessorClient client = provider.GetRequiredService<CoprocessorClient>();
        CoprocessorStatus status = provider.GetRequiredService<CoprocessorStatus>();
        ResultVerifier? verifier = options.Verify
            ? new ResultVerifier(model.CreateReference(detector), detector, status, provider.GetRequiredService<ILogger<ResultVerifier>>())
            : null;
        return new FailoverDetector(
            client,
            new CoprocessorDetector(client, model, detector, time),
            options.Mode == CoprocessorMode.Auto ? provider.GetRequiredService<DetectorFactory>().Create() : null,
            verifier,
            status,
            options,
            time,
            provider.GetRequiredService<ILogger<FailoverDetector>>()
        );
    }
}
