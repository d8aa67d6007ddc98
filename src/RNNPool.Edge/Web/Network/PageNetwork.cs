using Microsoft.Extensions.Options;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Web.Network;

/// <summary>
/// Decides at the start whether the page is served to other machines in the network. Without a password, or without a certificate that can
/// be used, the device runs and serves this machine only.
/// </summary>
internal sealed partial class PageNetwork(
    IOptions<WebOptions> options,
    AccessStore access,
    DeviceCertificate own,
    TimeProvider time,
    ILoggerFactory loggers
)
{
    private readonly ILogger _logger = loggers.CreateLogger("RNNPool.Edge.Web");

    /// <summary>The access in force; <see cref="NetworkAccess.Off"/> before <see cref="Open"/>.</summary>
    public NetworkAccess Access { get; private set; }

    /// <summary>Why the setting is not in force, as a sentence; null when it is, or when it is off.</summary>
    public string? Obstacle { get; private set; }

    /// <summary>The certificate of the page; null without encryption.</summary>
    public ServerCertificate? Certificate { get; private set; }

    /// <summary>Whether <see cref="Certificate"/> is one that the device has made.</summary>
    public bool HasOwnCertificate => Certificate is not null && options.Value.Tls.CertificateFile is null;

    /// <summary>Why the page cannot be served to other machines, as a sentence; null when it can.</summary>
    public static string? FindObstacle(AccessStore access) =>
        access.Failure
        ?? (
            access.PasswordSet
                ? null
                : "No password is set, so the page is served to this machine only. "
                    + "Set one on the page or with 'rnnpool-edge password set', and restart the device."
        );

    /// <summary>Decides, and prepares the certificate.</summary>
    /// <returns>The access in force.</returns>
    public NetworkAccess Open()
    {
        WebOptions settings = options.Value;
        if (settings.Network == NetworkAccess.Off)
            return NetworkAccess.Off;
        Obstacle = FindObstacle(access);
        if (Obstacle is null && settings.Network == NetworkAccess.Https)
            Obstacle = Prepare(settings.Tls);
        if (Obstacle is null)
            Access = settings.Network;
        else
            LogClosed(settings.Network, Obstacle);
        return Access;
    }

    /// <summary>Opens the certificate of Web:Tls, unless it is open.</summary>
    public void OpenCertificate() =>
        Certificate ??= new ServerCertificate(options.Value.Tls, time, loggers.CreateLogger<ServerCertificate>());

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

    [LoggerMessage(2023, LogLevel.Warning, "Web:Network is {Access}, but: {Obstacle}")]
    private partial void LogClosed(NetworkAccess access, string obstacle);
}
