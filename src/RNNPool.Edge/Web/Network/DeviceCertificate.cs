using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Web.Network;

/// <summary>
/// The certificate that the device makes for its page: self-signed, with the machine's names and addresses, and with its key in one file
/// of the state folder that only its owner can read. It is made again before it expires, when an address is missing in it, and when the
/// clock was wrong.
/// </summary>
internal sealed partial class DeviceCertificate(
    StateFolder folder,
    IOptions<WebOptions> options,
    TimeProvider time,
    ILogger<DeviceCertificate> logger
)
{
    public const string FileName = "page-certificate.pem";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Browsers refuse certificates that are valid for more than 825 days.</summary>
    private static readonly TimeSpan Validity = TimeSpan.FromDays(800),
        Renewal = TimeSpan.FromDays(60),
        Leeway = TimeSpan.FromDays(1);

    /// <summary>Path of the file.</summary>
    public string File => System.IO.Path.Combine(folder.Path, FileName);

    /// <summary>SHA-256 of a certificate as browsers show it, in pairs of digits with colons.</summary>
    public static string FindFingerprint(X509Certificate2 certificate) =>
        string.Join(
            ':',
            certificate.GetCertHash(HashAlgorithmName.SHA256).Select(value => value.ToString("X2", CultureInfo.InvariantCulture))
        );

    /// <summary>Makes the certificate if there is none that can be used.</summary>
    /// <exception cref="IOException">The file cannot be written; the message is a sentence.</exception>
    public void Update()
    {
        if (folder.Failure is { } failure)
            throw new IOException(failure);
        IReadOnlyList<string> names = Names();
        IReadOnlyList<IPAddress> addresses = LocalAddresses.FindAll();
        if (IsUsable(names, addresses))
            return;
        try
        {
            using X509Certificate2 certificate = Make(names, addresses, out string pem);
            AtomicFile.Write(File, Encoding.ASCII.GetBytes(pem), OwnerOnly);
            LogMade(File, string.Join(", ", names.Concat(addresses.Select(address => address.ToString()))), FindFingerprint(certificate));
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or CryptographicException)
        {
            throw new IOException($"The certificate {File} cannot be made: {exception.Message}", exception);
        }
    }

    private IReadOnlyList<string> Names()
    {
        string host = Environment.MachineName;
        string[] all = host.Contains('.') ? [host, "localhost"] : [host, host + ".local", "localhost"];
        return
        [
            .. all.Concat(options.Value.Hosts)
                .Where(name => Uri.CheckHostName(name) == UriHostNameType.Dns)
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ];
    }

    private bool IsUsable(IReadOnlyList<string> names, IReadOnlyList<IPAddress> addresses)
    {
        if (!System.IO.File.Exists(File))
            return false;
        try
        {
            if ((System.IO.File.GetUnixFileMode(File) & ~OwnerOnly) != 0)
                System.IO.File.SetUnixFileMode(File, OwnerOnly);
            using X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(File);
            DateTime now = time.GetUtcNow().UtcDateTime;
            return now >= certificate.NotBefore.ToUniversalTime()
                && now + Renewal < certificate.NotAfter.ToUniversalTime()
                && names
                    .Concat(addresses.Select(address => address.ToString()))
                    .All(name => certificate.MatchesHostname(name, true, false));
        }
        catch (Exception exception)
            when (exception is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            LogUnusable(File, exception.Message);
            return false;
        }
    }

    private X509Certificate2 Make(IReadOnlyList<string> names, IReadOnlyList<IPAddress> addresses, out string pem)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(names[0]);
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], false));
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (string dns in names)
            alternatives.AddDnsName(dns);
        foreach (IPAddress address in addresses.Append(IPAddress.Loopback))
            alternatives.AddIpAddress(address);
        request.CertificateExtensions.Add(alternatives.Build());
        DateTimeOffset now = time.GetUtcNow();
        X509Certificate2 certificate = request.CreateSelfSigned(now - Leeway, now + Validity - Leeway);
        pem = $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
        return certificate;
    }

    [LoggerMessage(
        2021,
        LogLevel.Information,
        "The device has made the certificate {File} for {Names}; its SHA-256 fingerprint is {Fingerprint}."
    )]
    private partial void LogMade(string file, string names, string fingerprint);

    [LoggerMessage(2022, LogLevel.Warning, "The certificate {File} cannot be used and is replaced: {Reason}")]
    private partial void LogUnusable(string file, string reason);
}
