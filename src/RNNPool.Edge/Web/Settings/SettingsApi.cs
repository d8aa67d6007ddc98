using System.Text.Json;
using System.Text.Json.Serialization;
using RNNPool.Edge.Settings;

namespace RNNPool.Edge.Web.Settings;

/// <summary>All settings.</summary>
/// <param name="File">The configuration file; null when there is none.</param>
/// <param name="Writable">Whether settings can be changed here.</param>
/// <param name="Obstacle">Why not, as a sentence.</param>
/// <param name="Settings">The settings.</param>
internal sealed record SettingsReport(string? File, bool Writable, string? Obstacle, IReadOnlyList<SettingReport> Settings);

/// <summary>What was changed.</summary>
/// <param name="Changed">The keys whose values differ now.</param>
/// <param name="Restart">Those of them that apply after a restart.</param>
internal sealed record SettingsChanged(IReadOnlyList<string> Changed, IReadOnlyList<string> Restart);

/// <summary>What is wrong with several values.</summary>
/// <param name="Error">The first of them, as a sentence.</param>
/// <param name="Errors">One sentence for each key.</param>
internal sealed record FieldErrors(string Error, IReadOnlyDictionary<string, string> Errors);

/// <summary><c>/api/settings</c>.</summary>
internal static class SettingsApi
{
    internal const int MaxBytes = 64 * 1024;
    private const int MaxChanges = 200;

    public static Task ListAsync(HttpContext context)
    {
        var writer = context.RequestServices.GetRequiredService<SettingsWriter>();
        string? obstacle = writer.Obstacle();
        var report = new SettingsReport(
            writer.File,
            obstacle is null,
            obstacle,
            SettingCatalogue.List(
                context.RequestServices.GetRequiredService<SettingsSchema>(),
                writer.Fresh(),
                context.RequestServices.GetRequiredService<DeviceSettingsProvider>().Settings
            )
        );
        return context.Response.WriteAsJsonAsync(report, SettingsJson.Default.SettingsReport, cancellationToken: context.RequestAborted);
    }

    public static async Task ChangeAsync(HttpContext context)
    {
        if (
            await RequestBody.ReadAsync(context, SettingsJson.Default.DictionaryStringJsonElement, MaxBytes).ConfigureAwait(false)
            is not { } body
        )
            return;
        if (body.Count is 0 or > MaxChanges)
        {
            await WebApi
                .RefuseAsync(context, StatusCodes.Status400BadRequest, $"The body must have 1 to {MaxChanges} settings.")
                .ConfigureAwait(false);
            return;
        }

        var writer = context.RequestServices.GetRequiredService<SettingsWriter>();
        var schema = context.RequestServices.GetRequiredService<SettingsSchema>();
        DeviceSettings fresh = writer.Fresh();
        var errors = new Dictionary<string, string>();
        var changes = new List<SettingChange>();
        foreach ((string name, JsonElement value) in body)
        {
            if (Judge(schema, fresh, name, value, out SettingChange change) is { } problem)
                errors[SettingRules.Printable(name)] = problem;
            else
                changes.Add(change);
        }

        if (errors.Count > 0)
            await RefuseAsync(context, errors).ConfigureAwait(false);
        else if (await ApplyAsync(context, changes).ConfigureAwait(false) is { } changed)
            await context
                .Response.WriteAsJsonAsync(changed, SettingsJson.Default.SettingsChanged, cancellationToken: context.RequestAborted)
                .ConfigureAwait(false);
    }

    /// <summary>Makes changes that have been judged.</summary>
    /// <returns>Null when the request has been refused.</returns>
    internal static async Task<SettingsChanged?> ApplyAsync(
        HttpContext context,
        IReadOnlyList<SettingChange> changes,
        Func<string, string>? field = null
    )
    {
        var writer = context.RequestServices.GetRequiredService<SettingsWriter>();
        try
        {
            // A change that has begun is brought to its end, even if the browser has gone.
            SettingsOutcome outcome = await writer.ApplyAsync(changes, CancellationToken.None).ConfigureAwait(false);
            var schema = context.RequestServices.GetRequiredService<SettingsSchema>();
            if (outcome.Problems.Count == 0)
                return new SettingsChanged(outcome.Changed, [.. outcome.Changed.Where(key => !schema.IsLive(key))]);
            var errors = new Dictionary<string, string>();
            foreach (string sentence in outcome.Problems)
            {
                string key = sentence.Split(' ')[0].TrimEnd(':', '.');
                errors.TryAdd(key.Contains(':') ? field?.Invoke(key) ?? key : "", sentence);
            }

            await RefuseAsync(context, errors).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            await WebApi.RefuseAsync(context, StatusCodes.Status409Conflict, exception.Message).ConfigureAwait(false);
        }

        return null;
    }

    internal static Task RefuseAsync(HttpContext context, IReadOnlyDictionary<string, string> errors)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return context.Response.WriteAsJsonAsync(
            new FieldErrors(errors.Values.First(), errors),
            SettingsJson.Default.FieldErrors,
            cancellationToken: context.RequestAborted
        );
    }

    /// <returns>What is wrong with a change, as a sentence; null when nothing is.</returns>
    internal static string? Judge(SettingsSchema schema, DeviceSettings fresh, string name, JsonElement value, out SettingChange change)
    {
        change = default;
        string key = schema.Canonical(name),
            shown = SettingRules.Printable(name);
        SettingNode? node = schema.Find(key, out string reached);
        if (node is null || reached != key)
        {
            string? near = schema.Nearest(name);
            return $"{shown} is not a setting{(near is null ? "." : $"; did you mean {near}?")}";
        }

        if (SettingsWriter.Overridden(fresh, key) is { } overridden)
            return overridden;
        if (value.ValueKind == JsonValueKind.Null)
        {
            change = new SettingChange(key, null);
            return null;
        }

        if (node.Shape == SettingShape.List && node.Entry!.Shape == SettingShape.Value)
        {
            if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(entry => entry.ValueKind != JsonValueKind.String))
                return $"{key} must be a list of texts.";
            change = new SettingChange(key, value.GetRawText());
            return null;
        }

        if (node.Shape != SettingShape.Value)
            return $"{key} is {SettingsSchema.Describe(node)}; name a setting in it.";
        string? text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            _ => null,
        };
        if (text is null || !SettingsSchema.Fits(node.Type, text))
            return $"{key} must be {SettingsSchema.Describe(node)}.";
        if (text.Contains("://***@", StringComparison.Ordinal))
            return $"{key} has its credentials hidden; write them out.";
        change = new SettingChange(key, value.GetRawText());
        return null;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(SettingsReport))]
[JsonSerializable(typeof(SettingsChanged))]
[JsonSerializable(typeof(FieldErrors))]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
internal sealed partial class SettingsJson : JsonSerializerContext;
