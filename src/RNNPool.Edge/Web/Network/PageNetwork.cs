using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Web.Access;
using RNNPool.Edge.Web.Listening;

namespace RNNPool.Edge.Web.Network;

/// <summary>
/// Decides whether the page is served to other machines in the network. Without a password, or without a certificate that can be used, the
/// device runs and serves this machine only. The addresses open as soon as the obstacle is gone. A device that is not set up also opens the
/// network by HTTPS while there is a one-time password for the setup. Thread-safe.
/// </summary>
internal sealed partial class PageNetwork(
    IOptions<WebOptions> options,
    IOptions<CameraOptions> camera,
    AccessStore access,
    DeviceCertificate own,
    ListenerHealth health,
    TimeProvider time,
    ILoggerFactory loggers
)
{
    private readonly ILogger _logger = loggers.CreateLogger("RNNPool.Edge.Web");
    private readonly Lock _lock = new();

    /// <summary>Raised when the network is opened.</summary>
    public event Action? Opened;

    /// <summary>The access in force; <see cref="NetworkAccess.Off"/> before <see cref="TryOpen"/>.</summary>
    public NetworkAccess Access { get; private set; }

    /// <summary>Why the setting is not in force, as a sentence; null when it is, or when it is off.</summary>
    public string? Obstacle { get; private set; }

    /// <summary>The certificate of the page; null without encryption.</summary>
    public ServerCertificate? Certificate { get; private set; }

    /// <summary>Whether <see cref="Certificate"/> is one that the device has made.</summary>
    public bool HasOwnCertificate => Certificate is not null && options.Value.Tls.CertificateFile is null;

    /// <summary>The address of Web:Network.</summary>
    public IPEndPoint EndPoint => new(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, options.Value.NetworkPort);

    /// <summary>Whether a listener for the network is needed, which may have to wait for <see cref="MayListen"/>.</summary>
    public bool MayOpen => options.Value.Network != NetworkAccess.Off || MayBeSetUp(options.Value, camera.Value);

    /// <summary>The access that the settings and the one-time password request.</summary>
    public static NetworkAccess FindWanted(WebOptions settings, CameraOptions camera, AccessStore access) =>
        settings.Network == NetworkAccess.Off && MayBeSetUp(settings, camera) && access.IsForSetup ? NetworkAccess.Https : settings.Network;

    /// <summary>Why the page cannot be served to other machines, as a sentence; null when it can.</summary>
    public static string? FindObstacle(AccessStore access) =>
        access.Failure
        ?? (
            access.PasswordSet
                ? null
                : "No password is set, so the page is served to this machine only. "
                    + "Set one on the page or with 'rnnpool-edge password set'; the page is then served to the network without a restart."
        );

    /// <summary>Whether the page may be served on an address, which other machines reach only when they must sign in.</summary>
    public bool MayListen(IPEndPoint address)
    {
        if (IPAddress.IsLoopback(address.Address))
            return true;
        if (MayOpen && address.Equals(EndPoint))
            return TryOpen();
        if (FindObstacle(access) is not { } obstacle)
            return true;
        if (health.Add(address, obstacle))
            LogNotListening(address, obstacle);
        return false;
    }

    /// <summary>Whether other machines can reach an address on which the server listens, or waits for <see cref="MayListen"/>.</summary>
    public bool IsServed(Uri address) =>
        address.IsLoopback || (FindObstacle(access) is null && (Access != NetworkAccess.Off || address.Port != options.Value.NetworkPort));

    /// <summary>Opens the network if nothing stands against it, and prepares the certificate.</summary>
    /// <returns>Whether it is open.</returns>
    public bool TryOpen()
    {
        lock (_lock)
        {
            EndSetup();
            WebOptions settings = options.Value;
            NetworkAccess wanted = FindWanted(settings, camera.Value, access);
            if (Access != NetworkAccess.Off || wanted == NetworkAccess.Off)
                return Access != NetworkAccess.Off;
            string? before = Obstacle;
            Obstacle = FindObstacle(access) ?? (wanted == NetworkAccess.Https ? Prepare(settings.Tls) : null);
            if (Obstacle is not null)
            {
                if (Obstacle != before)
                    LogClosed(wanted, Obstacle);
                return false;
            }

            Access = wanted;
            health.Certificate = Certificate;
            if (Access == NetworkAccess.Http)
                LogUnencryptedNetwork(settings.NetworkPort);
        }

        Opened?.Invoke();
        return true;
    }

    /// <summary>Opens the certificate of Web:Tls, unless it is open.</summary>
    public void OpenCertificate() =>
        Certificate ??= new ServerCertificate(options.Value.Tls, time, loggers.CreateLogger<ServerCertificate>());

    /// <summary>Removes the one-time password if the device has been set up.</summary>
    public void EndSetup()
    {
        if (NoCamera.IsCamera(camera.Value.Source))
            access.EndSetup();
    }

    // An address in Web:Listen is a choice of the owner.
    private static bool MayBeSetUp(WebOptions settings, CameraOptions camera) =>
        !NoCamera.IsCamera(camera.Source) && settings.Listen.Count == 0;

    private string? Prepare(WebTlsOptions tls)
    {
        if (tls.CertificateFile is not null)
        {
            OpenCertificate();
            return null;
        }

        try
        {
            own.Update();
        }
        catch (IOException exception)
        {
            return exception.Message;
        }

        var files = new WebTlsOptions { CertificateFile = own.File };
        Certificate = new ServerCertificate(files, time, loggers.CreateLogger<ServerCertificate>(), own.Update);
        return null;
    }

    [LoggerMessage(
        2020,
        LogLevel.Warning,
        "The page listens on port {Port} in the network without encryption (Web:Network is Http): other machines that can read the traffic "
            + "can read the password and the pictures."
    )]
    private partial void LogUnencryptedNetwork(int port);

    [LoggerMessage(2031, LogLevel.Warning, "The page does not listen on {Address}: {Obstacle}")]
    private partial void LogNotListening(IPEndPoint address, string obstacle);

    [LoggerMessage(2023, LogLevel.Warning, "Web:Network is {Access}, but: {Obstacle}")]
    private partial void LogClosed(NetworkAccess access, string obstacle);
}
