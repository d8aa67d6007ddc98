using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RNNPool.Edge.Web.Network;

namespace RNNPool.Edge.Web;

/// <summary>The server certificate from PEM files, which are read again when they change. Thread-safe.</summary>
internal sealed partial class ServerCertificate : IDisposable
{
    /// <summary>Least time between two checks of the files.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly string _certificateFile;
    private readonly string _keyFile;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action? _renew;
    private SslServerAuthenticationOptions _options;
    private (DateTime, DateTime) _stamp;
    private long _looked;

    /// <param name="options">The files.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Receives renewals.</param>
    /// <param name="renew">Renews the files if that is necessary, before they are read; null where another program renews them.</param>
    /// <exception cref="IOException">The files cannot be used; the message is a sentence.</exception>
    public ServerCertificate(WebTlsOptions options, TimeProvider time, ILogger<ServerCertificate> logger, Action? renew = null)
    {
        _renew = renew;
        renew?.Invoke();
        (_certificateFile, _keyFile) = (options.CertificateFile!, options.KeyFile ?? options.CertificateFile!);
        _time = time;
        _logger = logger;
        _looked = time.GetTimestamp();
        _stamp = Stamp();
        _options = Load();
    }

    /// <summary>The TLS options of the next connection.</summary>
    public SslServerAuthenticationOptions Current
    {
        get
        {
            lock (_lock)
            {
                if (_time.GetElapsedTime(_looked) < Interval)
                    return _options;
                _looked = _time.GetTimestamp();
                Renew();
                if (Stamp() is var stamp && stamp == _stamp)
                    return _options;
                try
                {
                    (_options, _stamp) = (Load(), Stamp());
                    LogRenewed(_certificateFile);
                }
                catch (IOException exception)
                {
                    // Connections keep the old certificate until the files change again.
                    _stamp = stamp;
                    LogKept(exception.Message);
                }

                return _options;
            }
        }
    }

    /// <summary>SHA-256 of the certificate as browsers show it, in pairs of digits with colons.</summary>
    public string Fingerprint =>
        Current.ServerCertificateContext is { TargetCertificate: { } certificate } ? DeviceCertificate.FindFingerprint(certificate) : "";

    public void Dispose() => _options.ServerCertificateContext?.TargetCertificate.Dispose();

    private void Renew()
    {
        try
        {
            _renew?.Invoke();
        }
        catch (IOException exception)
        {
            LogKept(exception.Message);
        }
    }

    private (DateTime, DateTime) Stamp() => (File.GetLastWriteTimeUtc(_certificateFile), File.GetLastWriteTimeUtc(_keyFile));

    private SslServerAuthenticationOptions Load()
    {
        try
        {
            X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(_certificateFile, _keyFile);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(_certificateFile);
            return new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
            };
        }
        catch (Exception exception)
            when (exception is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new IOException(
                $"Web:Tls: the certificate {_certificateFile} with the key {_keyFile} cannot be used: {exception.Message}",
                exception
            );
        }
    }

    [LoggerMessage(2015, LogLevel.Information, "The certificate {File} has changed; new connections use it.")]
    private partial void LogRenewed(string file);

    [LoggerMessage(2016, LogLevel.Error, "The changed certificate cannot be used, so the old one stays in use: {Reason}")]
    private partial void LogKept(string reason);
}
