using System.Net.Security;
using RNNPool.Edge.Web.Network;

namespace RNNPool.Edge.Web;

/// <summary>
/// The server certificate from PEM files, which are read again when they change. While there is none that can be used, connections fail,
/// and the reason is in health. Thread-safe.
/// </summary>
internal sealed partial class ServerCertificate : IDisposable
{
    /// <summary>Least time between two checks of the files.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly CertificateFiles _files;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action? _renew;
    private SslServerAuthenticationOptions? _options;
    private (DateTime, DateTime) _stamp;
    private string? _failure;
    private long _looked;

    /// <param name="options">The files.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Receives renewals.</param>
    /// <param name="renew">Renews the files if that is necessary, before they are read; null where another program renews them.</param>
    public ServerCertificate(WebTlsOptions options, TimeProvider time, ILogger<ServerCertificate> logger, Action? renew = null)
    {
        _renew = renew;
        _files = new CertificateFiles(options);
        _time = time;
        _logger = logger;
        _looked = time.GetTimestamp();
        Read();
    }

    /// <summary>The TLS options of the next connection.</summary>
    /// <exception cref="IOException">There is no certificate that can be used; the message is a sentence.</exception>
    public SslServerAuthenticationOptions Current
    {
        get
        {
            lock (_lock)
            {
                Update();
                return _options ?? throw new IOException(_failure);
            }
        }
    }

    /// <summary>Why the files cannot be used, or that the certificate has expired, as a sentence; null when all is well.</summary>
    public string? Failure
    {
        get
        {
            lock (_lock)
            {
                Update();
                return _failure ?? CertificateFiles.FindExpiry(_options!, _time);
            }
        }
    }

    /// <summary>SHA-256 of the certificate as browsers show it, in pairs of digits with colons.</summary>
    public string Fingerprint =>
        Failure is null && Current.ServerCertificateContext is { TargetCertificate: { } certificate }
            ? DeviceCertificate.FindFingerprint(certificate)
            : "";

    public void Dispose() => _options?.ServerCertificateContext?.TargetCertificate.Dispose();

    private void Update()
    {
        if (_time.GetElapsedTime(_looked) < Interval)
            return;
        _looked = _time.GetTimestamp();
        Renew();
        if (_files.ReadStamp() != _stamp)
            Read();
    }

    private void Read()
    {
        _stamp = _files.ReadStamp();
        bool isFirst = _options is null && _failure is null;
        try
        {
            _options = _files.Load();
            _failure = null;
            if (!isFirst)
                LogRenewed(_files.Certificate);
        }
        catch (IOException exception)
        {
            // Connections keep an old certificate until the files change again.
            _failure = exception.Message;
            if (_options is not null)
                LogKept(exception.Message);
            else
                LogUnusable(exception.Message);
        }
    }

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

    [LoggerMessage(2015, LogLevel.Information, "The certificate {File} has changed; new connections use it.")]
    private partial void LogRenewed(string file);

    [LoggerMessage(2016, LogLevel.Error, "The changed certificate cannot be used, so the old one stays in use: {Reason}")]
    private partial void LogKept(string reason);

    [LoggerMessage(2029, LogLevel.Error, "{Reason} Encrypted connections to the page fail until the files change.")]
    private partial void LogUnusable(string reason);
}
