using System.Net;
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
    private const int MaxNames = 8;

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
            return DescribeNames(certificate);
        if (authorities is not null)
            return ValidateByAuthorities(certificate, chain, now);
        return errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors)
            ? DescribeChain(
                chain,
                certificate,
                now,
                "which this system does not trust; if that is your own authority, name its file in Mqtt:Tls:CaFile"
            )
            : null;
    }

    private string? ValidateByAuthorities(X509Certificate2 certificate, X509Chain? shown, DateTime now)
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
        string? objection = chain.Build(certificate)
            ? null
            : DescribeChain(chain, certificate, now, $"which is not in Mqtt:Tls:CaFile ({caFile})");
        foreach (X509ChainElement element in chain.ChainElements)
            element.Certificate.Dispose();
        return objection;
    }

    /// <summary>Names the first reason; a chain may have several.</summary>
    private static string DescribeChain(X509Chain? chain, X509Certificate2 certificate, DateTime now, string untrusted)
    {
        if (Find(chain, X509ChainStatusFlags.NotValidForUsage) is not null)
        {
            return "the broker's certificate may not be used by servers: its extended key usage lacks serverAuth; "
                + "issue a certificate with extendedKeyUsage=serverAuth.";
        }

        if (Find(chain, X509ChainStatusFlags.NotTimeValid) is { } late)
        {
            return $"the certificate of the authority {Printable(late.Subject)} is valid from "
                + $"{late.NotBefore.ToUniversalTime():yyyy-MM-dd} to {late.NotAfter.ToUniversalTime():yyyy-MM-dd}, "
                + $"and by this device's clock it is {now:yyyy-MM-dd HH:mm} UTC.";
        }

        X509ChainStatusFlags flags = Flags(chain);
        if (flags.HasFlag(X509ChainStatusFlags.InvalidBasicConstraints))
        {
            return $"the broker's certificate is signed by {Printable(certificate.Issuer)}, "
                + "which is not an authority (CA:TRUE is missing).";
        }

        const X509ChainStatusFlags Untrusted = X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot;
        if ((flags & Untrusted) == 0)
            return $"the broker's certificate is invalid ({flags}).";
        string top = chain is { ChainElements: [.., { Certificate: { } last }] } ? last.Issuer : certificate.Issuer;
        string signed = certificate.Issuer == certificate.Subject ? "signed by itself" : $"signed by {Printable(certificate.Issuer)}";
        string through = top == certificate.Issuer ? "" : $" and leads to {Printable(top)}";
        return $"the broker's certificate is {signed}{through}, {untrusted}.";
    }

    private static X509Certificate2? Find(X509Chain? chain, X509ChainStatusFlags flag) =>
        chain?.ChainElements.FirstOrDefault(element => element.ChainElementStatus.Any(status => status.Status.HasFlag(flag)))?.Certificate;

    private static X509ChainStatusFlags Flags(X509Chain? chain) =>
        (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (flags, status) => flags | status.Status);

    private static string Printable(string text) => SettingRules.Printable(text);

    private string DescribeNames(X509Certificate2 certificate)
    {
        X509SubjectAlternativeNameExtension[] names = [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()];
        string[] hosts = [.. names.SelectMany(extension => extension.EnumerateDnsNames())];
        string[] addresses = [.. names.SelectMany(extension => extension.EnumerateIPAddresses()).Select(address => address.ToString())];
        string common = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        if (hosts.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            return $"the broker's certificate names {name} as a DNS name, but {name} is an IP address; "
                + $"issue it with subjectAltName=IP:{name}, or connect by another of its names.";
        }

        if (hosts.Length + addresses.Length == 0)
        {
            return $"the broker's certificate has no subjectAltName, only the common name {Printable(common)}; "
                + $"issue it with subjectAltName={(IPAddress.TryParse(name, out _) ? "IP" : "DNS")}:{name}.";
        }

        return $"the broker's certificate is for {Printable(string.Join(", ", hosts.Concat(addresses).Take(MaxNames)))}, not for {name}; "
            + "use one of its names as Mqtt:Host, or as Mqtt:Tls:ServerName.";
    }
}
