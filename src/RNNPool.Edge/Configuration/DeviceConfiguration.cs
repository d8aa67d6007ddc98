using Microsoft.Extensions.Configuration.EnvironmentVariables;
using RNNPool.Edge.Commands;

namespace RNNPool.Edge.Configuration;

/// <summary>
/// Where settings come from; what comes later wins: the program's <c>appsettings.json</c>, the system's configuration file,
/// environment variables, the command line.
/// </summary>
public static class DeviceConfiguration
{
    /// <summary>The system's configuration file, read when it is there.</summary>
    public const string SystemFile = "/etc/rnnpool-edge/config.json";

    /// <summary>Begins the environment variables that are settings, as in <c>RNNPOOL_EDGE_MQTT__HOST</c>.</summary>
    public const string EnvironmentPrefix = "RNNPOOL_EDGE_";

    /// <summary>Names the configuration file in place of <see cref="SystemFile"/>.</summary>
    public const string FileVariable = EnvironmentPrefix + "CONFIG";

    /// <summary>Adds every source and checks that each key is known and each value has the right type.</summary>
    /// <param name="configuration">What to add to.</param>
    /// <param name="file">A configuration file in place of the system's, which must then exist; null for the system's.</param>
    /// <param name="overrides">Settings of the command line.</param>
    /// <param name="systemFile">Whether the system's file is read at all.</param>
    /// <exception cref="CommandException">A file cannot be read, a key is unknown or a value has the wrong type.</exception>
    public static void AddDeviceSources(this IConfigurationManager configuration, string? file, IReadOnlyList<KeyValuePair<string, string?>> overrides, bool systemFile = true)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (systemFile) file ??= Environment.GetEnvironmentVariable(FileVariable);
        if (file is not null && !File.Exists(file)) throw new CommandException($"The configuration file {file} does not exist.", "Check --config.", ExitCode.Configuration);
        // Apart from what the framework's own builder has put in, whose keys are not settings.
        var device = new ConfigurationManager();
        try
        {
            device.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true, reloadOnChange: false);
            if (systemFile || file is not null) device.AddJsonFile(Path.GetFullPath(file ?? SystemFile), optional: file is null, reloadOnChange: false);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException or FormatException)
        {
            throw new CommandException(Describe(exception), "A configuration file is JSON; see docs/configuration.md for an example.", ExitCode.Configuration, exception);
        }

        ((IConfigurationBuilder)device).Add(new EnvironmentVariablesConfigurationSource { Prefix = EnvironmentPrefix });
        device.AddInMemoryCollection(overrides);

        IReadOnlyList<string> problems = Check(device);
        if (problems.Count > 0) throw new CommandException(string.Join(Environment.NewLine, problems), "docs/configuration.md lists every key.", ExitCode.Configuration);
        configuration.AddConfiguration(device);
    }

    /// <summary>Looks through every source for keys that are unknown and values of the wrong type.</summary>
    /// <returns>One sentence for each.</returns>
    internal static IReadOnlyList<string> Check(IConfigurationRoot configuration)
    {
        var problems = new List<string>();
        foreach (IConfigurationProvider provider in configuration.Providers)
        {
            foreach (string key in Leaves(provider, null))
            {
                if (SettingsSchema.IsOpen(key) || (provider is EnvironmentVariablesConfigurationProvider && !key.Contains(':'))) continue;
                provider.TryGet(key, out string? value);
                if (Problem(key, value, Origin(provider)) is { } problem) problems.Add(problem);
            }
        }

        return problems;
    }

    private static string? Problem(string key, string? value, string origin)
    {
        SettingNode? node = SettingsSchema.Find(key, out string reached);
        if (node is { Shape: SettingShape.Value } && reached != key) return $"{reached} ({origin}) is a list or an object; it must be {SettingsSchema.Describe(node)}.";
        if (node is null || reached != key)
        {
            if (value is null) return null;
            if (SettingsSchema.Moved.TryGetValue(key, out string? moved)) return $"{key} ({origin}) is not a setting any more; it is {moved} now.";
            string? near = SettingsSchema.Nearest(key);
            return $"{key} ({origin}) is not a setting{(near is null ? "." : $"; did you mean {near}?")}";
        }

        // An empty list or object of a file has an empty value.
        bool fits = node.Shape == SettingShape.Value ? value is null || SettingsSchema.Fits(node.Type, value) : string.IsNullOrEmpty(value);
        return fits ? null : $"{key} ({origin}) is '{SettingRules.Printable(value!)}'; it must be {SettingsSchema.Describe(node)}.";
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

            if (leaf) yield return path;
        }
    }

    private static string Origin(IConfigurationProvider provider) => provider switch
    {
        FileConfigurationProvider { Source: { FileProvider: { } files, Path: { } path } } => files.GetFileInfo(path).PhysicalPath ?? path,
        EnvironmentVariablesConfigurationProvider => "environment",
        _ => "command line",
    };

    private static string Describe(Exception exception) =>
        exception.InnerException is { } inner ? $"{exception.Message.TrimEnd('.')}: {inner.GetBaseException().Message}" : exception.Message;
}
