using System.Text.Json;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Settings;

/// <summary>
/// Reads the settings. A later source wins over an earlier one: the program's <c>appsettings.json</c>, the system's configuration file,
/// environment variables, the command line.
/// </summary>
/// <param name="schema">The known keys.</param>
internal sealed class SettingsLoader(SettingsSchema schema)
{
    /// <summary>Begins the environment variables that are settings, as in <c>RNNPOOL_EDGE_MQTT__HOST</c>.</summary>
    public const string EnvironmentPrefix = "RNNPOOL_EDGE_";

    /// <summary>The known keys.</summary>
    public SettingsSchema Schema => schema;

    /// <summary>Reads every source and checks that each key is known and each value has the right type.</summary>
    /// <exception cref="CommandException">A file cannot be read, a key is unknown or a value has the wrong type.</exception>
    public DeviceSettings Load(SettingSources sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        string? file = sources.File ?? (sources.SystemFile ? ConfigurationFile.Named : null);
        if (file is not null && !sources.MayBeMissing && !File.Exists(file))
            throw new CommandException($"The configuration file {file} does not exist.", "Check --config.", ExitCode.Configuration);
        using var device = new ConfigurationManager();
        AddFile(device, Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true);
        string? read =
            file is not null ? Path.GetFullPath(file)
            : sources.SystemFile ? ConfigurationFile.Find()
            : null;
        if (read is not null)
            AddFile(device, read, optional: file is null || sources.MayBeMissing);
        ((IConfigurationBuilder)device).Add(new EnvironmentVariablesConfigurationSource { Prefix = EnvironmentPrefix });
        // As with other options, the last of the same key counts.
        var overrides = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach ((string key, string? value) in sources.Overrides)
            overrides[key] = value;
        device.AddInMemoryCollection(overrides);

        List<string> problems = Check(device);
        if (problems.Count > 0)
            throw new CommandException(
                string.Join(Environment.NewLine, problems),
                "docs/configuration.md lists every key.",
                ExitCode.Configuration
            );
        Dictionary<string, Setting> values = Flatten(device);
        if (sources.SetUp)
        {
            foreach ((string key, string value) in schema.SetUpValues)
            {
                if (string.IsNullOrWhiteSpace(values.GetValueOrDefault(key).Value))
                    values[key] = new Setting(value, "default");
            }
        }

        return new DeviceSettings(sources, read, values);
    }

    private Dictionary<string, Setting> Flatten(IConfigurationRoot configuration)
    {
        var values = new Dictionary<string, Setting>(StringComparer.OrdinalIgnoreCase);
        foreach (IConfigurationProvider provider in configuration.Providers)
        {
            foreach (string key in Leaves(provider, null).Where(key => !IsNoSetting(key, provider)))
            {
                provider.TryGet(key, out string? value);
                string canonical = schema.Canonical(key);

                // Null removes the value of an earlier source.
                if (value is null)
                    values.Remove(canonical);
                else
                    values[canonical] = new Setting(value, Origin(provider));
            }
        }

        return values;
    }

    private static void AddFile(ConfigurationManager configuration, string path, bool optional)
    {
        try
        {
            configuration.AddJsonFile(path, optional, reloadOnChange: false);
        }
        catch (Exception exception)
            when (exception is InvalidDataException or IOException or UnauthorizedAccessException or FormatException)
        {
            throw new CommandException(
                Describe(path, exception),
                "A configuration file is JSON; see docs/configuration.md for an example.",
                ExitCode.Configuration,
                exception
            );
        }
    }

    // Variables without a section, such as the name of the file, and the address of a schema are not settings.
    private static bool IsNoSetting(string key, IConfigurationProvider provider) =>
        (provider is EnvironmentVariablesConfigurationProvider && !key.Contains(':'))
        || (provider is FileConfigurationProvider && key == "$schema");

    /// <summary>Checks every source for unknown keys and values of the wrong type.</summary>
    /// <returns>One sentence for each.</returns>
    private List<string> Check(IConfigurationRoot configuration)
    {
        var problems = new List<string>();
        foreach (IConfigurationProvider provider in configuration.Providers)
        {
            foreach (string key in Leaves(provider, null))
            {
                if (IsNoSetting(key, provider))
                    continue;
                provider.TryGet(key, out string? value);
                if (Problem(key, value, Origin(provider)) is { } problem)
                    problems.Add(problem);
            }
        }

        return problems;
    }

    private string? Problem(string key, string? value, string origin)
    {
        SettingNode? node = schema.Find(key, out string reached);
        if (node is { Shape: SettingShape.Value } && reached != key)
            return $"{reached} ({origin}) is a list or an object; it must be {SettingsSchema.Describe(node)}.";
        if (node is null || reached != key)
        {
            if (schema.Moved.TryGetValue(key, out string? moved))
                return $"{key} ({origin}) is no longer a setting; use {moved}.";
            string? near = schema.Nearest(key);
            return $"{key} ({origin}) is not a setting{(near is null ? "." : $"; did you mean {near}?")}";
        }

        // An empty list or object of a file has an empty value.
        if (value is null && node.EntryOf is not null)
            return $"{key} ({origin}) is empty; it must be {SettingsSchema.Describe(node)}.";
        bool fits = node.Shape == SettingShape.Value ? value is null || SettingsSchema.Fits(node.Type, value) : string.IsNullOrEmpty(value);
        return fits
            ? null
            : $"{key} ({origin}) is '{SettingRules.Printable(schema.Mask(key, value)!)}'; it must be {SettingsSchema.Describe(node)}.";
    }

    private static IEnumerable<string> Leaves(IConfigurationProvider provider, string? parent)
    {
        foreach (string child in provider.GetChildKeys([], parent).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            string path = parent is null ? child : ConfigurationPath.Combine(parent, child);
            bool leaf = true;
            foreach (string below in Leaves(provider, path))
            {
                leaf = false;
                yield return below;
            }

            if (leaf)
                yield return path;
        }
    }

    private static string Origin(IConfigurationProvider provider) =>
        provider switch
        {
            FileConfigurationProvider { Source: { FileProvider: { } files, Path: { } path } } => files.GetFileInfo(path).PhysicalPath
                ?? path,
            EnvironmentVariablesConfigurationProvider => "environment",
            _ => "command line",
        };

    private static string Describe(string path, Exception exception)
    {
        Exception cause = exception.GetBaseException();
        if (cause is not JsonException { LineNumber: { } line, BytePositionInLine: { } position })
            return $"{path} cannot be read: {cause.Message}";
        int details = cause.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return $"{path} is not JSON at line {line + 1}, column {position + 1}: {(details > 0 ? cause.Message[..details] : cause.Message)}";
    }
}
