using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>The certificates of one connection, read from the files in <see cref="MqttTlsOptions"/>.</summary>
internal sealed class TlsMaterial : IDisposable
{
    private TlsMaterial(X509Certificate2Collection? authorities, X509Certificate2? client, X509Certificate2Collection intermediates)
    {
        Authorities = authorities;
        Client = client;
        Intermediates = intermediates;
    }

    /// <summary>Authorities that may sign the broker's certificate; null for those that the system trusts.</summary>
    public X509Certificate2Collection? Authorities { get; }

    /// <summary>This device's certificate with its private key; null when there is none.</summary>
    public X509Certificate2? Client { get; }

    /// <summary>
    /// Further certificates in the file of <see cref="Client"/>: the authorities between it and the one that the broker knows.
    /// </summary>
    public X509Certificate2Collection Intermediates { get; }

    /// <summary>Reads the files.</summary>
    /// <returns>Null when the connection is not encrypted.</returns>
    /// <exception cref="BrokerSetupException">A file cannot be read or is invalid.</exception>
    public static TlsMaterial? Load(MqttTlsOptions options)
    {
        if (!options.Enabled)
            return null;
        X509Certificate2Collection? authorities = options.CaFile is { } file ? LoadAuthorities(file) : null;
        try
        {
            var intermediates = new X509Certificate2Collection();
            X509Certificate2? client = options.CertificateFile is { } certificate ? LoadClient(certificate, options, intermediates) : null;
            return new TlsMaterial(authorities, client, intermediates);
        }
        catch
        {
            Dispose(authorities);
            throw;
        }
    }

    public void Dispose()
    {
        Dispose(Authorities);
        Dispose(Intermediates);
        Client?.Dispose();
    }

    private static void Dispose(X509Certificate2Collection? certificates)
    {
        foreach (X509Certificate2 certificate in certificates ?? [])
            certificate.Dispose();
    }

    private static X509Certificate2Collection LoadAuthorities(string file)
    {
        string key = $"{MqttTlsOptions.SectionName}:{nameof(MqttTlsOptions.CaFile)} ({file})";
        var authorities = new X509Certificate2Collection();
        Guard(key, () => authorities.ImportFromPemFile(file));
        return authorities.Count > 0
            ? authorities
            : throw new BrokerSetupException($"{key} holds no certificate; it must be a PEM file with '-----BEGIN CERTIFICATE-----'.");
    }

    private static X509Certificate2 LoadClient(string file, MqttTlsOptions options, X509Certificate2Collection intermediates)
    {
        string key = $"{MqttTlsOptions.SectionName}:{nameof(options.CertificateFile)} ({file})";
        string? password = BrokerSecrets.KeyPassword(options);
        bool pem = false;
        Guard(key, () => pem = File.ReadAllBytes(file).AsSpan().IndexOf("-----BEGIN"u8) >= 0);
        if (!pem)
        {
            return Guard(
                $"{key} is not read as PKCS #12",
                () => SplitChain(X509CertificateLoader.LoadPkcs12CollectionFromFile(file, password), intermediates),
                hint: Hint(password)
            );
        }

        string keyFile = options.KeyFile ?? file;
        string what = options.KeyFile is null ? key : $"{key} with {MqttTlsOptions.SectionName}:{nameof(options.KeyFile)} ({keyFile})";
        string text = Guard(what, () => File.ReadAllText(keyFile));
        if (text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            throw new BrokerSetupException(
                $"{what} has a key in OpenSSL's old encrypted format, which is not supported; convert it with "
                    + $"'openssl pkcs8 -topk8 -in {keyFile} -out NEW.key'."
            );
        }

        bool encrypted = text.Contains("ENCRYPTED PRIVATE KEY", StringComparison.Ordinal);
        if (encrypted && password is null)
        {
            throw new BrokerSetupException(
                $"{what} has an encrypted key; set {MqttTlsOptions.SectionName}:{nameof(options.KeyPasswordFile)}."
            );
        }

        X509Certificate2 client = Guard(
            what,
            () =>
                encrypted
                    ? X509Certificate2.CreateFromEncryptedPemFile(file, password, keyFile)
                    : X509Certificate2.CreateFromPemFile(file, keyFile),
            hint: encrypted ? Hint(password) : ""
        );
        Guard(key, () => intermediates.ImportFromPemFile(file));

        // The first certificate of the file is the device's own.
        intermediates[0].Dispose();
        intermediates.RemoveAt(0);
        return client;
    }

    private static X509Certificate2 SplitChain(X509Certificate2Collection all, X509Certificate2Collection intermediates)
    {
        X509Certificate2? client = all.FirstOrDefault(certificate => certificate.HasPrivateKey);
        intermediates.AddRange(all.Where(certificate => certificate != client).ToArray());
        return client ?? throw new CryptographicException("the file holds no private key");
    }

    private static string Hint(string? password) =>
        password is null
            ? $" Does it need {MqttTlsOptions.SectionName}:{nameof(MqttTlsOptions.KeyPasswordFile)}?"
            : $" Is the password of {MqttTlsOptions.SectionName} right?";

    private static void Guard(string what, Action action) => Guard(what, () =>
        {
            action();
            return true;
        });

    private static T Guard<T>(string what, Func<T> load, string hint = "")
    {
        try
        {
            return load();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new BrokerSetupException($"{what} cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new BrokerSetupException($"{what} cannot be used: {exception.Message.TrimEnd('.')}.{hint}", exception);
        }
    }
}
