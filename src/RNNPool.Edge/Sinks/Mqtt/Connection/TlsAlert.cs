using System.Globalization;
using System.Text.RegularExpressions;

namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>Alerts of the TLS protocol (RFC 8446, section 6) that the broker has sent.</summary>
internal static partial class TlsAlert
{
    /// <summary>Alerts that explain why a connection failed.</summary>
    public const int HandshakeFailure = 40,
        BadCertificate = 42,
        UnsupportedCertificate = 43,
        CertificateRevoked = 44,
        CertificateExpired = 45,
        CertificateUnknown = 46,
        UnknownCa = 48,
        AccessDenied = 49,
        ProtocolVersion = 70,
        CertificateRequired = 116;

    // OpenSSL packs the library (20 for TLS) above bit 23 and the reason below; a received alert is 1000 plus its number.
    private const int ReasonMask = (1 << 23) - 1;
    private const int AlertBase = 1000;

    /// <summary>Finds the number of the alert in an exception; null if there is none. .NET reports the alert in the text only.</summary>
    public static int? Find(Exception exception)
    {
        for (Exception? at = exception; at is not null; at = at.InnerException)
        {
            foreach (Match match in ErrorCode().Matches(at.Message))
            {
                uint code = uint.Parse(match.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                int alert = (int)(code & ReasonMask) - AlertBase;
                if (code >> 23 == 20 && alert is > 0 and < 256)
                    return alert;
            }
        }

        return null;
    }

    [GeneratedRegex("error:([0-9A-Fa-f]{8}):")]
    private static partial Regex ErrorCode();
}
