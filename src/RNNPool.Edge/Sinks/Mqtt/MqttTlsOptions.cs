namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>An encrypted connection to the broker. Section <c>Mqtt:Tls</c>. Files are read again for every connection, so that renewed ones are used without a restart.</summary>
public sealed class MqttTlsOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = $"{MqttOptions.SectionName}:Tls";

    /// <summary>Whether the connection is encrypted and the broker's certificate checked. Default false.</summary>
    public bool Enabled { get; set; }

    /// <summary>PEM file of the authorities that may sign the broker's certificate. Default: not set, which means those that the system trusts.</summary>
    public string? CaFile { get; set; }

    /// <summary>This device's certificate, PEM or PKCS #12 (<c>.pfx</c>, <c>.p12</c>), for brokers that ask for one. Default: none.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>PEM file of the private key of <see cref="CertificateFile"/>. Default: not set, which means that the key is in that file too.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Password of the private key. At most 1024 characters; default: none, or the systemd credential <c>mqtt-key-password</c>.</summary>
    public string? KeyPassword { get; set; }

    /// <summary>File whose first line is the password of the private key. Default: none.</summary>
    public string? KeyPasswordFile { get; set; }

    /// <summary>The name that the broker's certificate must carry. 1 to 253 characters; default: not set, which means <see cref="MqttOptions.Host"/>.</summary>
    public string? ServerName { get; set; }
}
