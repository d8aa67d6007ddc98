using System.Text;

namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>
/// Finds passwords: in the configuration, in a file, or in a systemd credential (<c>LoadCredential=</c>, see systemd.exec(5)).
/// They are read for each connection and not stored.
/// </summary>
internal static class BrokerSecrets
{
    /// <summary>Name of the systemd credential that holds the password for the broker.</summary>
    public const string PasswordCredential = "mqtt-password";

    /// <summary>Name of the systemd credential that holds the password of the private key.</summary>
    public const string KeyPasswordCredential = "mqtt-key-password";

    private const int MaxBytes = 4096;
    private const int MaxCharacters = 1024;

    /// <summary>The password for the broker; null when there is none.</summary>
    /// <exception cref="BrokerSetupException">A file cannot be read, or contains no password.</exception>
    public static string? Password(MqttOptions options) =>
        options.UserName is null
            ? null
            : Find(options.Password, options.PasswordFile, $"{MqttOptions.SectionName}:{nameof(options.PasswordFile)}", PasswordCredential);

    /// <summary>The password of the private key; null when there is none.</summary>
    /// <exception cref="BrokerSetupException">A file cannot be read, or contains no password.</exception>
    public static string? KeyPassword(MqttTlsOptions options) =>
        Find(
            options.KeyPassword,
            options.KeyPasswordFile,
            $"{MqttTlsOptions.SectionName}:{nameof(options.KeyPasswordFile)}",
            KeyPasswordCredential
        );

    private static string? Find(string? inline, string? file, string key, string credential)
    {
        if (inline is not null)
            return inline;
        if (file is not null)
            return Read(file, $"{key} ({file})");
        string? folder = Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY");
        if (string.IsNullOrEmpty(folder))
            return null;
        string path = Path.Combine(folder, credential);
        return File.Exists(path) ? Read(path, $"The systemd credential {credential}") : null;
    }

    private static string Read(string path, string what)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            var buffer = new byte[MaxBytes + 1];
            int length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            string text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true)
                .GetString(buffer, 0, length)
                .TrimStart('\uFEFF');
            int end = text.IndexOfAny(['\r', '\n']);
            string password = end < 0 ? text : text[..end];
            if (length > MaxBytes || password.Length > MaxCharacters)
                throw new BrokerSetupException($"{what} contains no password: it is too long.");
            return password.Length > 0
                ? password
                : throw new BrokerSetupException($"{what} contains no password: its first line is empty.");
        }
        catch (DecoderFallbackException exception)
        {
            throw new BrokerSetupException($"{what} contains no password: it is not UTF-8 text.", exception);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new BrokerSetupException($"{what} cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }
    }
}
