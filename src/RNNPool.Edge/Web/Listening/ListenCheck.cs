using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Web.Listening;

/// <summary>
/// Reads the certificate of the page and takes its addresses for a moment. A device that has a wrong one serves the page on the other
/// addresses, and in any case to this machine.
/// </summary>
internal sealed class ListenCheck(IOptions<WebOptions> options, AccessStore access, TimeProvider time) : ISettingCheck
{
    private const string ListenKey = $"{WebOptions.SectionName}:{nameof(WebOptions.Listen)}";

    /// <inheritdoc/>
    public IReadOnlyList<string> Sections { get; } = [WebOptions.SectionName];

    /// <inheritdoc/>
    public IEnumerable<string> FindProblems()
    {
        WebOptions web = options.Value;
        IEnumerable<string?> problems =
        [
            FindCertificateProblem(web.Tls),
            FindExposure(web.Listen),
            FindAddressProblem($"{WebOptions.SectionName}:{nameof(web.Port)}", new IPEndPoint(IPAddress.Loopback, web.Port)),
            web.Network == NetworkAccess.Off
                ? null
                : FindAddressProblem(
                    $"{WebOptions.SectionName}:{nameof(web.NetworkPort)}",
                    new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, web.NetworkPort)
                ),
            .. FindListenProblems(web.Listen),
        ];
        return problems.OfType<string>();
    }

    private string? FindCertificateProblem(WebTlsOptions tls)
    {
        if (tls.CertificateFile is null)
            return null;
        try
        {
            SslServerAuthenticationOptions loaded = new CertificateFiles(tls).Load();
            using X509Certificate2 certificate = loaded.ServerCertificateContext!.TargetCertificate;
            return CertificateFiles.FindExpiry(loaded, time);
        }
        catch (IOException exception)
        {
            return exception.Message;
        }
    }

    private string? FindExposure(IEnumerable<string> listen)
    {
        if (WebOptionsValidator.Reachable(listen) is not { } open)
            return null;
        if (access.Failure is { } failure)
            return $"{ListenKey} is '{SettingRules.Printable(open)}', which other machines can reach, but: {failure}";
        return access.PasswordSet
            ? null
            : $"{ListenKey} is '{SettingRules.Printable(open)}', which other machines can reach, but no password is set ({access.File}); "
                + "set one with 'rnnpool-edge password set', as root or as the user of the device, and start again.";
    }

    private static IEnumerable<string?> FindListenProblems(IEnumerable<string> listen)
    {
        var taken = new HashSet<IPEndPoint>();
        foreach (string text in listen)
        {
            if (!WebOptionsValidator.TryEndPoint(text, out IPEndPoint address))
                continue;
            yield return taken.Add(address) ? FindAddressProblem(ListenKey, address) : $"{ListenKey} has the address {address} twice.";
        }
    }

    private static string? FindAddressProblem(string key, IPEndPoint address)
    {
        if (address.Port == 0)
            return null;
        try
        {
            using Socket socket = SocketTransportOptions.CreateDefaultBoundListenSocket(address);
            socket.Listen(1);
            return null;
        }
        catch (SocketException exception)
        {
            if (exception.SocketErrorCode == SocketError.AddressAlreadyInUse && PortHolder.Find(address) is { IsDeviceOrUnseen: true })
                return null;
            string value = key == ListenKey ? $"'{address}'" : address.Port.ToString(CultureInfo.InvariantCulture);
            return $"{key} is {value}, but {ListenerHealth.Describe(exception)}";
        }
    }
}
