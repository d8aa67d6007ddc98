using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Settings;

/// <summary>A change of one setting.</summary>
/// <param name="Key">Full key, or that of a whole list.</param>
/// <param name="Json">Its new value as JSON; null for the default.</param>
internal readonly record struct SettingChange(string Key, string? Json);

/// <summary>The result of changes.</summary>
/// <param name="Problems">One sentence for each failure; nothing has been written if there is one.</param>
/// <param name="Changed">The keys whose values differ now.</param>
internal sealed record SettingsOutcome(IReadOnlyList<string> Problems, IReadOnlyList<string> Changed);

/// <summary>
/// Writes settings into the configuration file. The changed file is validated as at start before it replaces the old one;
/// the rest of the file stays as it was, comments included. Changes are serialized.
/// </summary>
internal sealed class SettingsWriter(DeviceSettingsProvider provider, IDeviceComposer composer, SettingsReload reload) : IDisposable
{
    private const int MaxBytes = 1024 * 1024;

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>The file that is written; null when there is none.</summary>
    public string? File => provider.Settings.File;

    /// <summary>
    /// The settings of the sources as they are now, which the next start will use; the settings in force if the sources cannot be read.
    /// </summary>
    public DeviceSettings ReadCurrent()
    {
        try
        {
            return composer.Settings.Load(provider.Settings.Sources);
        }
        catch (CommandException)
        {
            return provider.Settings;
        }
    }

    /// <summary>The reason why the file cannot be written, as a sentence; null if it can.</summary>
    public string? Obstacle()
    {
        if (File is not { } file)
            return "The device was started without a configuration file, so settings cannot be stored.";
        string folder = Path.GetDirectoryName(file)!;
        string? obstacle = Create(folder) ?? ConfigurationFile.FindObstacle(folder);
        return obstacle is null
            ? null
            : $"The configuration file {file} cannot be written: {obstacle}. Give this user write permission for its folder, "
                + "or start the device with --config and a file in another folder.";
    }

    /// <summary>Creates the folder of the file for its owner alone if it is missing.</summary>
    private static string? Create(string folder)
    {
        try
        {
            if (!Directory.Exists(folder))
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message.TrimEnd('.');
        }
    }

    /// <summary>The source that overrides the file for a key, as a sentence; null if none does.</summary>
    public static string? Overridden(DeviceSettings settings, string key) =>
        settings.Values.FirstOrDefault(pair =>
            pair.Value.Origin is "environment" or "command line"
            && (
                pair.Key.Equals(key, StringComparison.OrdinalIgnoreCase)
                || pair.Key.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase)
            )
        )
            is { Key: not null } found
            ? $"{found.Key} is set by the {found.Value.Origin}, which overrides the file."
            : null;

    /// <summary>Applies the changes, all or none.</summary>
    /// <exception cref="IOException">The file cannot be read or written; the message is a sentence.</exception>
    public async Task<SettingsOutcome> ApplyAsync(IReadOnlyList<SettingChange> changes, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => Apply(changes), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private SettingsOutcome Apply(IReadOnlyList<SettingChange> changes)
    {
        if (Obstacle() is { } obstacle)
            throw new IOException(obstacle);
        string file = File!,
            candidate = file + ".new";
        DeviceSettings before = ReadCurrent();
        try
        {
            WriteCandidate(candidate, file, Edit(Read(file), changes));
            DeviceSettings after = composer.Settings.Load(before.Sources with { File = candidate });
            composer.Validate(after);
            string[] changed = [.. before.Differences(after)];
            if (FindFreshProblems(before, after, changed) is { Count: > 0 } problems)
                return Refused(problems);
            AtomicFile.Replace(candidate, file);
            reload.Reload();
            return new SettingsOutcome([], changed);
        }
        catch (CommandException exception)
        {
            return Refused(exception.Message.ReplaceLineEndings("\n").Split('\n'));
        }
        catch (JsonException exception)
        {
            return Refused([$"{file} is not JSON and was not changed: {exception.Message}"]);
        }
        catch (Exception exception) when (SettingFailures.Read(exception) is { Length: > 0 })
        {
            return Refused(SettingFailures.Read(exception));
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"The configuration file {file} cannot be written: {exception.Message}", exception);
        }
        finally
        {
            System.IO.File.Delete(candidate);
        }

        SettingsOutcome Refused(IEnumerable<string> sentences) =>
            new([.. sentences.Select(sentence => sentence.Replace(candidate, file, StringComparison.Ordinal))], []);
    }

    /// <summary>What the changes make unusable; an older problem must not keep other settings from being corrected.</summary>
    private IReadOnlyList<string> FindFreshProblems(DeviceSettings before, DeviceSettings after, IReadOnlyCollection<string> changed)
    {
        IReadOnlyList<string> problems = composer.FindProblems(after, changed);
        return problems.Count == 0 ? problems : [.. problems.Except(composer.FindProblems(before, changed))];
    }

    private static string Edit(string text, IReadOnlyList<SettingChange> changes)
    {
        var document = new JsonDocumentText(text);
        foreach (SettingChange change in changes)
        {
            if (change.Json is null)
                document.Remove(change.Key);
            else
                document.Set(change.Key, change.Json);
        }

        return document.ToString();
    }

    private static string Read(string file)
    {
        if (!System.IO.File.Exists(file))
            return "";
        if (new FileInfo(file).Length > MaxBytes)
            throw new IOException($"The configuration file {file} is too long to be changed.");
        return System.IO.File.ReadAllText(file);
    }

    private static void WriteCandidate(string candidate, string file, string text)
    {
        // The file may hold secrets, so it is never more readable than the one that it replaces.
        UnixFileMode mode = System.IO.File.Exists(file)
            ? System.IO.File.GetUnixFileMode(file)
            : UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        AtomicFile.Create(candidate, Encoding.UTF8.GetBytes(text), mode);
    }
}

[JsonSourceGenerationOptions(WriteIndented = false)]
[JsonSerializable(typeof(string))]
internal sealed partial class ConfigurationJson : JsonSerializerContext;
