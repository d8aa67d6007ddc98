using System.Globalization;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Sinks.Mqtt.Connection;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>
/// Reads the files of the section <c>Mqtt</c> as each connection does. A device with a wrong one runs, tries again with each attempt to
/// connect, and reports the reason as that of the missing connection.
/// </summary>
internal sealed class MqttFileCheck(IOptions<MqttOptions> settings, TimeProvider time) : ISettingCheck
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Sections { get; } = [MqttOptions.SectionName];

    /// <inheritdoc/>
    public IEnumerable<string> FindProblems()
    {
        MqttOptions options = settings.Value;
        if (string.IsNullOrEmpty(options.Host))
            yield break;
        if (Find(() => BrokerSecrets.Password(options)) is { } password)
            yield return password;
        if (Find(() => CheckCertificates(options.Tls)) is { } certificate)
            yield return certificate;
    }

    private void CheckCertificates(MqttTlsOptions options)
    {
        using TlsMaterial? material = TlsMaterial.Load(options);
        if (material?.Client is not { } client || client.NotAfter.ToUniversalTime() > time.GetUtcNow().UtcDateTime)
            return;
        throw new BrokerSetupException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{MqttTlsOptions.SectionName}:{nameof(options.CertificateFile)} ({options.CertificateFile}) expired on "
                    + $"{client.NotAfter.ToUniversalTime():yyyy-MM-dd}."
            )
        );
    }

    private static string? Find(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (BrokerSetupException exception)
        {
            return exception.Message;
        }
    }
}
