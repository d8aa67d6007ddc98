using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Web.Network;

/// <summary>
/// Finds the addresses of the page for browsers, also after the machine has joined a network or its address has changed, and logs those in
/// the network.
/// </summary>
internal sealed partial class PageAddressService(
    IServer server,
    PageAddress page,
    PageNetwork network,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<PageAddressService> logger
) : IHostedService, IDisposable
{
    /// <summary>Interval between two readings of the machine's addresses.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private CancellationTokenRegistration _started;
    private ITimer? _timer;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _started = lifetime.ApplicationStarted.Register(() =>
        {
            network.Opened += Update;
            Update();
            _timer = time.CreateTimer(static service => ((PageAddressService)service!).Update(), this, Interval, Interval);
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        network.Opened -= Update;
        _started.Dispose();
        _timer?.Dispose();
    }

    /// <summary>The addresses that a browser in the same network opens.</summary>
    /// <param name="listening">Addresses on which the server listens.</param>
    /// <param name="hosts">Hosts of this machine, for addresses that stand for all of its own.</param>
    internal static IReadOnlyList<Uri> FindInNetwork(IEnumerable<Uri> listening, IReadOnlyList<string> hosts) =>
        [
            .. listening
                .Where(address => !address.IsLoopback)
                .SelectMany(address =>
                    address.Host is "0.0.0.0" or "[::]" or "+" or "*"
                        ? hosts.Select(host => new Uri($"{address.Scheme}://{host}:{address.Port}"))
                        : [address]
                ),
        ];

    private void Update()
    {
        Uri[] listening =
        [
            .. (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
                .Select(text => Uri.TryCreate(text, UriKind.Absolute, out Uri? address) ? address : null)
                .OfType<Uri>()
                .Where(network.IsServed),
        ];
        if (listening.Length == 0)
            return;
        IReadOnlyList<Uri> inNetwork = listening.Any(address => !address.IsLoopback)
            ? FindInNetwork(listening, LocalAddresses.FindHosts())
            : [];
        if (!page.Replace(listening[0], inNetwork) || inNetwork.Count == 0)
            return;
        string addresses = string.Join(" or ", inNetwork.Select(address => address.GetLeftPart(UriPartial.Authority)));
        if (network is { HasOwnCertificate: true, Certificate: { } certificate })
            LogOwnCertificate(addresses, certificate.Fingerprint);
        else
            LogInNetwork(addresses);
    }

    [LoggerMessage(2024, LogLevel.Information, "Browsers in the network open the page at {Addresses}.")]
    private partial void LogInNetwork(string addresses);

    [LoggerMessage(
        2025,
        LogLevel.Information,
        "Browsers in the network open the page at {Addresses}. They warn once, because the device has made its certificate itself; "
            + "the certificate's SHA-256 fingerprint is {Fingerprint}."
    )]
    private partial void LogOwnCertificate(string addresses, string fingerprint);
}
