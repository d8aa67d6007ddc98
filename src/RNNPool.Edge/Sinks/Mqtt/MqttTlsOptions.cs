namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>
/// An encrypted connection to the broker. Section <c>Mqtt:Tls</c>. Files are read for every connection, so that renewed ones are used
/// without a restart.
/// </summary>
[SettingNeeds(nameof(CaFile), nameof(Enabled))]
[SettingNeeds(nameof(CertificateFile), nameof(Enabled))]
[SettingNeeds(nameof(KeyFile), nameof(Enabled))]
[SettingNeeds(nameof(ServerName), nameof(Enabled))]
[SettingNeeds(nameof(KeyFile), nameof(CertificateFile))]
[SettingExcludes(nameof(KeyPassword), nameof(KeyPasswordFile))]
public sealed class MqttTlsOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = $"{MqttOptions.SectionName}:Tls";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Whether the connection is encrypted and the broker's certificate checked.")]
    public bool Enabled { get; set; }

    [Setting(
        "File of the authorities that may sign the broker's certificate.",
        Default = "the system's authorities",
        Allowed = "a PEM file"
    )]
    public string? CaFile { get; set; }

    [Setting("Certificate of this device, for brokers that require one.", Allowed = "a PEM or PKCS #12 file (`.pfx`, `.p12`)")]
    public string? CertificateFile { get; set; }

    [Setting("Private key of the certificate.", Default = "in CertificateFile", Allowed = "a PEM file")]
    public string? KeyFile { get; set; }

    [Setting("Password of the private key.", Default = "none, or the systemd credential `mqtt-key-password`", Secret = true)]
    [SettingPattern(@"^[\s\S]{0,1024}$", "at most 1024 characters")]
    public string? KeyPassword { get; set; }

    [Setting("File whose first line is the password of the private key.", Allowed = "a file")]
    public string? KeyPasswordFile { get; set; }

    [Setting("Name that the broker's certificate must have.", Default = "Mqtt:Host")]
    [SettingPattern(MqttOptions.HostPattern, "a host name or an IP address", Partial = true)]
    public string? ServerName { get; set; }
}
