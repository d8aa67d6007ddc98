using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RNNPool.Edge.Core;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Health;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Web.State;

namespace RNNPool.Edge.Web.Diagnostics;

/// <summary>
/// Creates the archive for support. Secret settings are hidden, and every other text is searched for their values. It contains no pictures
/// and no events.
/// </summary>
internal sealed class DiagnosticsBundle(
    DeviceSettingsProvider provider,
    SettingsSchema schema,
    StateReporter state,
    HealthModel health,
    SampleHistory samples,
    LogTail log,
    SafeChecks checks
)
{
    /// <summary>Shorter secrets are not searched for, because they occur by chance.</summary>
    private const int MinSecretLength = 4;

    /// <summary>Creates the archive.</summary>
    public async Task<byte[]> CreateAsync(CancellationToken cancellationToken)
    {
        DeviceSettings settings = provider.Settings;
        string[] secrets = [.. Secrets(schema, settings)];
        IReadOnlyList<CheckResult> results = await checks.RunAsync(cancellationToken).ConfigureAwait(false);
        using var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(
                "settings.json",
                Json(EffectiveSettings.List(schema, settings, all: true).ToArray(), EffectiveSettingsJson.Default.ShownSettingArray)
            );
            Add("state.json", Json(state.Create(), WebJson.Default.StateReport));
            Add("health.json", Json(health.Evaluate(), WebJson.Default.HealthReport));
            Add("history.json", Json(samples.Newest(SampleHistory.Capacity), WebJson.Default.SampleArray));
            Add("checks.json", Json(results, CheckJson.Default.CheckResultList));
            Add("log.txt", FormatLog());

            void Add(string name, string text)
            {
                using System.IO.Stream entry = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(Encoding.UTF8.GetBytes(Hide(text, secrets)));
            }
        }

        return buffer.ToArray();
    }

    /// <summary>Values of secret settings, and the secrets within addresses.</summary>
    internal static IEnumerable<string> Secrets(SettingsSchema schema, DeviceSettings settings) =>
        settings
            .Values.Where(pair => pair.Value.Value is not null)
            .SelectMany(pair =>
                schema.Find(pair.Key, out _) is { IsSecret: true } ? [pair.Value.Value!] : AddressSecrets.Find(pair.Value.Value!)
            )
            .Where(secret => secret.Length >= MinSecretLength);

    private string FormatLog()
    {
        IEnumerable<string> lines = log.Newest(LogTail.Capacity)
            .Select(line =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{line.Time:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {line.Level}: {line.Category}: {line.Message.ReplaceLineEndings(" ")}\n"
                )
            );
        return string.Concat(lines);
    }

    private static string Json<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.Serialize(value, type);

    private static string Hide(string text, string[] secrets)
    {
        foreach (string secret in secrets.OrderByDescending(secret => secret.Length))
        {
            text = text.Replace(secret, AddressSecrets.Mark, StringComparison.Ordinal);
            string escaped = JsonEncodedText.Encode(secret).ToString();
            if (escaped != secret)
                text = text.Replace(escaped, AddressSecrets.Mark, StringComparison.Ordinal);
        }

        return text;
    }
}
