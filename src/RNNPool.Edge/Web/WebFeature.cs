using System.Net;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Web.Access;
using RNNPool.Edge.Web.Connections;
using RNNPool.Edge.Web.Diagnostics;
using RNNPool.Edge.Web.Listening;
using RNNPool.Edge.Web.Live;
using RNNPool.Edge.Web.Models;
using RNNPool.Edge.Web.Network;
using RNNPool.Edge.Web.Settings;
using RNNPool.Edge.Web.Sockets;
using RNNPool.Edge.Web.State;
using RNNPool.Edge.Web.Stream;

namespace RNNPool.Edge.Web;

/// <summary>The page and the HTTP interface. See docs/web.md.</summary>
internal sealed class WebFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(WebOptions.SectionName, typeof(WebOptions))];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<ISettingCheck, ListenCheck>();
        services.AddSingleton<IDoctorCheck, PortCheck>().AddSingleton<IDoctorCheck, NetworkCheck>();
        services.AddSingleton<DeviceCertificate>().AddSingleton<PageNetwork>();
        services.AddSingleton<PageAddressService>().AddHostedService(provider => provider.GetRequiredService<PageAddressService>());
        services.AddSection<WebOptions, WebOptionsValidator>(WebOptions.SectionName, static (section, options) => section.Bind(options));
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, KestrelSetup>();
        services.AddSingleton<PeerConnections>();
        services.AddSingleton<ListenerHealth>();
        services.AddSingleton<IHealthSource>(provider => provider.GetRequiredService<ListenerHealth>());

        // The program's own port is required: if it is busy, another device probably runs with the same settings.
        services.AddSingleton<IConnectionListenerFactory>(provider =>
        {
            PagePort port = provider.GetRequiredService<PagePort>();
            return new RetryingListenerFactory(
                ActivatorUtilities.CreateInstance<SocketTransportFactory>(provider),
                provider.GetRequiredService<ListenerHealth>(),
                address => address.Address.Equals(IPAddress.Loopback) && address.Port == port.Number,
                provider.GetRequiredService<PageNetwork>().MayListen,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<RetryingListenerFactory>>()
            );
        });
        Page.AddCompression(services);
        services.AddSingleton<PagePort>();
        services
            .AddOptions<SocketTransportOptions>()
            .Configure<PagePort>((transport, port) => transport.CreateBoundListenSocket = port.CreateListenSocket);
        services.AddRoutingCore();
        services.AddRequestTimeouts(options =>
            options.DefaultPolicy = new RequestTimeoutPolicy
            {
                Timeout = EndpointConventions.RequestTime,
                TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
            }
        );
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.Configure<JsonOptions>(options => WebJson.Configure(options.SerializerOptions));

        services.AddSingleton<CameraChoice>();
        services.AddSingleton<WebPipeline>();
        AddAccess(services);
        AddState(services);
        AddPictures(services);
        AddEndpoints(services);
    }

    private static void AddAccess(IServiceCollection services)
    {
        services
            .AddSingleton<AccessFile>()
            .AddSingleton<AccessStore>()
            .AddSingleton<Sessions>()
            .AddSingleton<SignInLimit>()
            .AddSingleton<PasswordCheck>()
            .AddSingleton<SignedPictures>()
            .AddSingleton<BasicTokens>();
        services.AddHostedService<AccessWatch>();
        services.AddCors().AddOptions<CorsOptions>().Configure<IOptions<WebOptions>>(CrossSite.Configure);
        services.AddSingleton<ImageAccess>();
        services.AddSingleton(UrlEncoder.Default).AddTransient<DeviceAuthenticationHandler>();
        services.AddAuthenticationCore(options =>
        {
            options.DefaultScheme = DeviceAuthenticationHandler.SchemeName;
            options.AddScheme<DeviceAuthenticationHandler>(DeviceAuthenticationHandler.SchemeName, null);
        });
        services.AddAuthorization(Policies.Configure);
    }

    private static void AddState(IServiceCollection services)
    {
        services.AddSingleton<StateReporter>().AddSingleton<DetectionReporter>();
        services.AddSingleton<IStateSection>(provider => provider.GetRequiredService<DetectionReporter>());
        services.AddSingleton<IStateSection, OccupancySection>();
        services.AddSingleton<IStateSection, CameraSection>();
        services.AddSingleton<IStateSection, EngineSection>();
        services.AddSingleton<IStateSection, CoprocessorSection>();
        services.AddSingleton<IStateSection, SinkSection>();
        services.AddSingleton<IStateSection, IdentitySection>();
        services.AddSingleton<IStateSection, ProcessSection>();
        services.AddSingleton<IStateSection, HealthSection>();
        services.AddSingleton<StreamSources>().AddSingleton<EventBacklog>().AddSingleton<LiveStream>();
    }

    private static void AddPictures(IServiceCollection services)
    {
        services.AddSingleton<LivePictures>().AddSingleton<IImageHolder>(provider => provider.GetRequiredService<LivePictures>());
        services.AddSingleton<LiveAdmission>();
        services.AddSingleton<CameraPreview>().AddSingleton<IImageHolder>(provider => provider.GetRequiredService<CameraPreview>());
    }

    private static void AddEndpoints(IServiceCollection services)
    {
        services.AddSingleton<ISettingCheck, ModelSettingCheck>();
        services.AddSingleton<SettingsEditor>().AddSingleton<ModelTrial>().AddSingleton<UploadedModels>().AddSingleton<ModelCatalogue>();
        bool coprocessor = services.Any(service => service.ServiceType == typeof(CoprocessorClient));
        if (coprocessor)
            services.AddSingleton<CoprocessorUpload>();
        services.AddSingleton<TrialDevice>().AddSingleton<PinTest>();
        services.AddSingleton<SafeChecks>().AddSingleton<DiagnosticsBundle>();
        services.AddSingleton<IEndpointGroup, HealthEndpoints>();
        services.AddSingleton<IEndpointGroup, SessionEndpoints>();
        services.AddSingleton<IEndpointGroup, TokenEndpoints>();
        services.AddSingleton<IEndpointGroup, PictureAddressEndpoints>();
        services.AddSingleton<IEndpointGroup, NetworkEndpoints>();
        services.AddSingleton<IEndpointGroup, StateEndpoints>();
        services.AddSingleton<IEndpointGroup, EventsEndpoints>();
        services.AddSingleton<IEndpointGroup, EventPicturesEndpoints>();
        services.AddSingleton<IEndpointGroup, StatisticsEndpoints>();
        services.AddSingleton<IEndpointGroup, StreamEndpoints>();
        services.AddSingleton<IEndpointGroup, LiveEndpoints>();
        services.AddSingleton<IEndpointGroup, SocketEndpoints>();
        services.AddSingleton<IEndpointGroup, SettingsEndpoints>();
        services.AddSingleton<IEndpointGroup, ZonesEndpoints>();
        services.AddSingleton<IEndpointGroup, PinsEndpoints>();
        services.AddSingleton<IEndpointGroup, ControlEndpoints>();
        services.AddSingleton<IEndpointGroup, CamerasEndpoints>();
        services.AddSingleton<IEndpointGroup, PartsEndpoints>();
        services.AddSingleton<IEndpointGroup, TrialEndpoints>();
        services.AddSingleton<IEndpointGroup, ModelsEndpoints>();
        services.AddSingleton<IEndpointGroup, FirmwareEndpoints>();
        services.AddSingleton<IEndpointGroup, LogEndpoints>();
        services.AddSingleton<IEndpointGroup, DiagnosticsEndpoints>();
        services.AddSingleton<IEndpointGroup, DocumentEndpoints>();
    }
}
