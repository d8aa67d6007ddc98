using System.Text;
using RNNPool.Edge.Settings;

namespace RNNPool.Edge.Tests.Settings;

/// <summary>
/// Writes the tables of docs/configuration.md: between <c>&lt;!-- settings: NAME NAME --&gt;</c> and <c>&lt;!-- end of settings --&gt;</c>
/// stands the table of the sections that the first comment names.
/// </summary>
internal static class SettingsDocument
{
    private const string Begin = "<!-- settings: ",
        End = "<!-- end of settings -->";

    /// <summary>Replaces every table of a document by the present one.</summary>
    /// <param name="settings">All settings.</param>
    /// <param name="document">The document.</param>
    public static string Update(SettingsSchema settings, string document)
    {
        var text = new StringBuilder();
        int at = 0;
        while (document.IndexOf(Begin, at, StringComparison.Ordinal) is var begin and >= 0)
        {
            int names = begin + Begin.Length,
                close = document.IndexOf(" -->", names, StringComparison.Ordinal);
            int end = document.IndexOf(End, close, StringComparison.Ordinal);
            text.Append(document, at, close + 4 - at).Append('\n').Append(Table(settings, document[names..close].Split(' ')));
            at = end;
        }

        return text.Append(document, at, document.Length - at).ToString();
    }

    private static string Table(SettingsSchema settings, string[] sections)
    {
        var rows = new StringBuilder("| key | default | allowed | a change applies | what |\n|---|---|---|---|---|\n");
        foreach (string name in sections)
        {
            SettingNode section = settings.Root.Children[name];
            Add(rows, settings, section, Activator.CreateInstance(section.Type), name, name);
        }

        return rows.ToString();
    }

    private static void Add(StringBuilder rows, SettingsSchema settings, SettingNode node, object? value, string pattern, string key)
    {
        switch (node.Shape)
        {
            case SettingShape.Section:
                foreach ((string name, SettingNode child) in node.Children)
                    Add(
                        rows,
                        settings,
                        child,
                        value is null ? null : child.Property!.GetValue(value),
                        $"{pattern}:{name}",
                        $"{key}:{name}"
                    );
                break;
            case SettingShape.Value:
                AddRow(rows, settings, node, value, pattern, key);
                break;
            default:
                string entry = node.Shape == SettingShape.List ? SettingNode.Index : SettingNode.Name;
                string example = node.Shape == SettingShape.List ? "0" : "name";
                if (node.Entry!.Shape == SettingShape.Value)
                    AddRow(rows, settings, node, value, $"{pattern}:{entry}", $"{key}:{example}");
                else
                    Add(rows, settings, node.Entry, Activator.CreateInstance(node.Entry.Type), $"{pattern}:{entry}", $"{key}:{example}");
                break;
        }
    }

    private static void AddRow(StringBuilder rows, SettingsSchema settings, SettingNode node, object? value, string pattern, string key)
    {
        string start = node.Setting!.Required ? "none; needed" : SettingText.Default(node, value);
        string applies = settings.IsLive(key) ? "at once" : "after a restart";
        rows.Append('|');
        foreach (string cell in (string[])[$"`{pattern}`", start, SettingText.Allowed(node), applies, node.Setting.Description])
            rows.Append(' ').Append(cell.Replace("|", "\\|", StringComparison.Ordinal)).Append(cell.Length > 0 ? " |" : "|");
        rows.Append('\n');
    }
}
