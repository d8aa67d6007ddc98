using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RNNPool.Edge.Web;

/// <summary>The PEM files of the page's certificate and its key.</summary>
internal sealed class CertificateFiles(WebTlsOptions options)
{
    private const string CertificateKey = $"{WebOptions.SectionName}:{nameof(WebOptions.Tls)}:{nameof(WebTlsOptions.CertificateFile)}",
        KeyKey = $"{WebOptions.SectionName}:{nameof(WebOptions.Tls)}:{nameof(WebTlsOptions.KeyFile)}";

    private readonly string _key = options.KeyFile ?? options.CertificateFile!;

    /// <summary>Path of the certificate.</summary>
    public string Certificate { get; } = options.CertificateFile!;

    /// <summary>That a certificate has expired, as a sentence; null when it has not.</summary>
    public static string? FindExpiry(SslServerAuthenticationOptions tls, TimeProvider time) =>
        tls.ServerCertificateContext!.TargetCertificate.NotAfter.ToUniversalTime() is var end && end <= time.GetUtcNow().UtcDateTime
            ? string.Create(CultureInfo.InvariantCulture, $"{CertificateKey}: the certificate of the page expired on {end:yyyy-MM-dd}.")
            : null;

    /// <summary>Times of the last changes.</summary>
    public (DateTime Certificate, DateTime Key) ReadStamp() => (File.GetLastWriteTimeUtc(Certificate), File.GetLastWriteTimeUtc(_key));

    /// <summary>Reads the files.</summary>
    /// <exception cref="IOException">They cannot be used; the message is a sentence that begins with a key.</exception>
    public SslServerAuthenticationOptions Load()
    {
        if (!File.Exists(Certificate))
            throw new IOException($"{CertificateKey} is '{SettingRules.Printable(Certificate)}'; there is no such file.");
        if (!File.Exists(_key))
            throw new IOException($"{KeyKey} is '{SettingRules.Printable(_key)}'; there is no such file.");
        try
        {
            X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(Certificate, _key);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(Certificate);
            return new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
            };
        }
        catch (Exception exception)
            when (exception is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new IOException(
                $"{CertificateKey}: the certificate {Certificate} with the key {_key} cannot be used: {exception.Message}",
                exception
            );
        }
    }
}
