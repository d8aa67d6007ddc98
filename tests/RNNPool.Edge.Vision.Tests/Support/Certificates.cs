using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RNNPool.Edge.Vision.Tests.Support;

/// <summary>Certificates of cameras.</summary>
internal static class Certificates
{
    /// <summary>A certificate for the loopback address that no authority has signed.</summary>
    public static X509Certificate2 SignLoopback()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        var request = new CertificateRequest("CN=camera", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
