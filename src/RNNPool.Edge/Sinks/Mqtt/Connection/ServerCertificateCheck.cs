using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>Validates the certificate of the broker and describes in one sentence why it is rejected.</summary>
/// <param name="name">The name that the certificate must contain.</param>
/// <param name="authorities">Authorities that may sign it; null for those that the system trusts.</param>
/// <param name="caFile">File of the authorities, for the sentence.</param>
internal sealed class ServerCertificateCheck(string name, X509Certificate2Collection? authorities, string? caFile)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Why the certificate was rejected; null if it was not.</summary>
    public string? Objection { get; private set; }

    /// <summary>Whether the handshake has reached the broker's certificate.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Validates a certificate.</summary>
    public bool Accept(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Objection = Validate(certificate as X509Certificate2, chain, errors);
        IsDone = true;
        return Objection is null;
    }

    private string? Validate(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
            return "the broker sent no certificate.";
        DateTime now = DateTime.UtcNow;
        if (certificate.NotAfter.ToUniversalTime() < now)
        {
            return $"the broker's certificate expired on {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC, "
                + $"and by this device's clock it is {now:yyyy-MM-dd HH:mm}.";
        }

        if (certificate.NotBefore.ToUniversalTime() > now)
        {
            return $"the broker's certificate is valid from {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} UTC on, "
                + $"and by this device's clock it is {now:yyyy-MM-dd HH:mm}; is the clock right?";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"the broker's certificate is for {SettingRules.Printable(Names(certificate))}, not for {name}; "
                + "use one of its names as Mqtt:Host, or as Mqtt:Tls:ServerName.";
        }

        if (authorities is not null)
            return ValidateByAuthorities(certificate, chain);
        if (!errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            return null;
        return $"the broker's certificate is signed by {SettingRules.Printable(certificate.Issuer)}, "
            + $"which this system does not trust ({Flags(chain)}); if that is your own authority, name its file in Mqtt:Tls:CaFile.";
    }

    private string? ValidateByAuthorities(X509Certificate2 certificate, X509Chain? shown)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities!);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        foreach (X509ChainElement element in shown?.ChainElements.AsEnumerable() ?? [])
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        if (shown is not null)
            chain.ChainPolicy.ExtraStore.AddRange(shown.ChainPolicy.ExtraStore);
        bool trusted = chain.Build(certificate);
        string flags = Flags(chain);
        foreach (X509ChainElement element in chain.ChainElements)
            element.Certificate.Dispose();
        return trusted
            ? null
            : $"the broker's certificate is signed by {SettingRules.Printable(certificate.Issuer)}, "
                + $"which is not in Mqtt:Tls:CaFile ({caFile}) ({flags}).";
    }

    private static string Flags(X509Chain? chain) =>
        chain is { ChainStatus: { Length: > 0 } statuses }
            ? string.Join(", ", statuses.Select(status => status.Status).Distinct())
            : "no chain";

    private static string Names(X509Certificate2 certificate)
    {
        string[] names =
        [
            .. certificate
                .Extensions.OfType<X509SubjectAlternativeNameExtension>()
                .SelectMany(extension =>
                    extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(address => address.ToString()))
                )
                .Take(8),
        ];
        return names.Length > 0 ? string.Join(", ", names) : certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
    }
}
