using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RNNPool.Edge.Core;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Diagnostics.Checks;
using RNNPool.Edge.Health;
using RNNPool.Edge.Settings;

namespace RNNPool.Edge.Web.Diagnostics;

/// <summary>
/// <c>/api/diagnostics.zip</c>: what somebody who helps wants to see. Without secrets: settings are shown as <c>config show</c> does, and whatever else
/// is put in is searched for the values of secret settings. Without pictures and events.
/// </summary>
internal static class DiagnosticsApi
{
    /// <summary>Shorter secrets are no words to look for: they would be found everywhere.</summary>
    private const int ShortestSecret = 4;

    public static async Task DownloadAsync(HttpContext context)
    {
        IServiceProvider services = context.RequestServices;
        DeviceSettings settings = services.GetRequiredService<DeviceSettingsProvider>().Settings;
        string[] secrets = [.. Secrets(settings)];
        using var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(
                "settings.json",
                Json(
                    EffectiveSettings.List(services.GetRequiredService<SettingsSchema>(), settings, all: true).ToArray(),
                    EffectiveSettingsJson.Default.ShownSettingArray
                )
            );
            Add("state.json", Json(StateReports.Of(services), StateJson.Default.StateReport));
            Add("health.json", Json(services.GetRequiredService<HealthModel>().Evaluate(), HealthJson.Default.HealthReport));
            Add(
                "history.json",
                Json(services.GetRequiredService<SampleHistory>().Newest(SampleHistory.Capacity), WebJson.Default.SampleArray)
            );
            Add(
                "checks.json",
                Json(await ChecksAsync(services, context.RequestAborted).ConfigureAwait(false), CheckJson.Default.CheckResultList)
            );
            Add("log.txt", Log(services.GetRequiredService<LogTail>()));

            void Add(string name, string text)
            {
                using System.IO.Stream entry = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(Encoding.UTF8.GetBytes(Clean(text, secrets)));
            }
        }

        string time = services.GetRequiredService<TimeProvider>().GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        context.Response.ContentType = "application/zip";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"rnnpool-edge-{time}.zip\"";
        context.Response.ContentLength = buffer.Length;
        await context
            .Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), context.RequestAborted)
            .ConfigureAwait(false);
    }

    /// <summary>Those of the doctor's checks that do not touch what the device is using.</summary>
    private static async Task<IReadOnlyList<CheckResult>> ChecksAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var results = new List<CheckResult>();
        foreach (
            IDoctorCheck check in (IDoctorCheck[])
                [
                    ActivatorUtilities.CreateInstance<PermissionCheck>(services),
                    new FolderCheck(),
                    ActivatorUtilities.CreateInstance<StateCheck>(services),
                    ActivatorUtilities.CreateInstance<TemperatureCheck>(services),
                    new ClockCheck(services.GetRequiredService<TimeProvider>()),
                ]
        )
        {
            try
            {
                results.Add(await check.RunAsync(cancellationToken).ConfigureAwait(false));
            }
#pragma warning disable CA1031 // A check that breaks is itself a finding.
            catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
            {
                results.Add(new CheckResult(check.Name, CheckOutcome.Failed, $"{exception.GetType().Name}: {exception.Message}"));
            }
        }

        return results;
    }

    private static string Log(LogTail tail) =>
        string.Concat(
            tail.Newest(LogTail.Capacity)
                .Select(line =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{line.Time:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {line.Level}: {line.Category}: {line.Message.ReplaceLineEndings(" ")}\n"
                    )
                )
        );

    private static string Json<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.Serialize(value, type);

    /// <summary>What is secret: values of secret settings, and the credentials within addresses.</summary>
    internal static IEnumerable<string> Secrets(DeviceSettings settings)
    {
        foreach ((string key, Setting setting) in settings.Values)
        {
            if (
                setting.Value is not { Length: >= ShortestSecret } value
                || SettingValues.Shown(key, value) is not { } shown
                || shown == value
            )
                continue;
            int at = shown.IndexOf("***", StringComparison.Ordinal);
            string hidden = value[at..(value.Length - (shown.Length - at - 3))];
            foreach (string part in hidden.Split(':').Append(hidden).Where(part => part.Length >= ShortestSecret))
                yield return part;
        }
    }

    private static string Clean(string text, string[] secrets)
    {
        foreach (string secret in secrets.OrderByDescending(secret => secret.Length))
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
            string escaped = JsonEncodedText.Encode(secret).ToString();
            if (escaped != secret)
                text = text.Replace(escaped, "***", StringComparison.Ordinal);
        }

        return text;
    }
}
