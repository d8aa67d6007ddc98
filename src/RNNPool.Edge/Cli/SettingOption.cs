using System.CommandLine;
using System.Text.RegularExpressions;
using RNNPool.Edge.Settings;

namespace RNNPool.Edge.Cli;

/// <summary>An option of the command line that sets a setting.</summary>
/// <param name="name">Its name, such as <c>--camera</c>.</param>
/// <param name="key">The key of the setting, such as <c>Camera:Source</c>.</param>
internal sealed class SettingOption(string name, string key) : Option<string?>(name)
{
    private const string OfCommandLine = " (command line)";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>The key of the setting.</summary>
    public string Key => key;

    /// <summary>
    /// Replaces the keys of settings in a sentence by the options of the command, except where the user has set the key elsewhere: a
    /// sentence names what its reader has used or can use.
    /// </summary>
    /// <param name="text">The sentence.</param>
    /// <param name="result">The command line.</param>
    /// <param name="settings">The settings; null when they cannot be read.</param>
    public static string Rename(string text, ParseResult result, DeviceSettings? settings) =>
        string.Join('\n', text.Split('\n').Select(line => IsOfOtherOrigin(line) ? line : RenameLine(line, result, settings)));

    private static string RenameLine(string text, ParseResult result, DeviceSettings? settings)
    {
        foreach (SettingOption option in result.CommandResult.Command.Options.OfType<SettingOption>())
        {
            if (!text.Contains(option.Key, StringComparison.Ordinal) || (option.IsSetElsewhere(result, settings) && !option.IsUsed(result)))
                continue;
            string key = Regex.Escape(option.Key),
                origin = Regex.Escape(OfCommandLine);
            text = Regex.Replace(text, $@"(?<![\w:]){key}(?![\w:])(?:{origin})?", option.Name, RegexOptions.None, Patience);
        }

        return text;
    }

    /// <summary>Whether the sentence is about a key of a file or of the environment, whose name follows the key.</summary>
    private static bool IsOfOtherOrigin(string sentence) =>
        sentence.Split(' ') is [_, ['(', ..], ..] && !sentence.Contains(OfCommandLine, StringComparison.Ordinal);

    private bool IsUsed(ParseResult result) => result.GetResult(this) is { Implicit: false };

    private bool IsSetElsewhere(ParseResult result, DeviceSettings? settings)
    {
        string variable = SettingsLoader.EnvironmentPrefix + Key.Replace(":", "__", StringComparison.Ordinal);
        return result.Tokens.Any(token => IsAssignment(token.Value))
            || Environment.GetEnvironmentVariables().Keys.OfType<string>().Contains(variable, StringComparer.OrdinalIgnoreCase)
            || settings?.Values.GetValueOrDefault(Key).Origin is { } origin and not "default" and not "command line";
    }

    private bool IsAssignment(string token) =>
        token.Replace("__", ":", StringComparison.Ordinal).StartsWith(Key + "=", StringComparison.OrdinalIgnoreCase);
}
