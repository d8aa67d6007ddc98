#nullable enable
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace RNNPool.Edge.PageBundle;

/// <summary>
/// Joins the modules and style sheets of the page into few files, so that a browser loads it with few requests. The sources stay plain
/// modules: each becomes a function in the order of its imports. The result depends on the sources alone.
/// </summary>
/// <remarks>
/// The supported forms are <c>import { a, b as c } from './x.js';</c>, <c>export function|class|const</c>, and <c>import('./later.js')</c>.
/// A module that uses another form, and a cycle of imports, are errors.
/// </remarks>
public sealed class PageBundler
{
    /// <summary>The modules whose imports make up a file: the first one with everything that it needs, the other with the rest.</summary>
    public const string Entry = "app.js",
        LaterEntry = "later.js";

    private const string Registry = "modules";

    private static readonly Regex Import = new Regex(@"^import \{([^}]*)\} from '([^']+)';[ \t]*\n", RegexOptions.Multiline);
    private static readonly Regex Export = new Regex(
        @"^export ((?:async )?function\*? |class |const )([A-Za-z_$][\w$]*)",
        RegexOptions.Multiline
    );
    private static readonly Regex Foreign = new Regex(@"^(?:import|export)\b[^\n(]*", RegexOptions.Multiline);
    private static readonly Regex StyleSheets = new Regex(@"(?:[ \t]*<link rel=""stylesheet"" href=""[^""]+"">\n)+");
    private static readonly Regex StyleSheet = new Regex(@"href=""([^""]+)""");

    private readonly Func<string, string> _read;

    /// <param name="read">Reads a file of the page by its path, such as <c>js/app.js</c>.</param>
    public PageBundler(Func<string, string> read) => _read = path => read(path).Replace("\r\n", "\n");

    /// <summary>Returns the files of the page that are made of others, by path.</summary>
    /// <exception cref="InvalidDataException">A source has a form that is not supported.</exception>
    public IReadOnlyDictionary<string, string> Bundle()
    {
        var modules = new Dictionary<string, Module>();
        IReadOnlyList<Module> first = Order(Entry, modules),
            later = Order(LaterEntry, modules);
        string body = string.Concat(first.Select(module => module.Text)),
            laterBody = string.Concat(later.Select(module => module.Text));

        // A page that is open while the device is updated must not load the other part of a newer page.
        string build = Hash(body + laterBody);
        string[] exported = modules[LaterEntry].Exports.ToArray();
        string index = _read("index.html");
        Match sheets = StyleSheets.Match(index);
        if (!sheets.Success)
            throw new InvalidDataException("index.html has no style sheets.");
        var styles = new StringBuilder();
        foreach (Match sheet in StyleSheet.Matches(sheets.Value))
            styles.Append(_read(sheet.Groups[1].Value));
        return new Dictionary<string, string>
        {
            ["index.html"] = index.Replace(sheets.Value, "  <link rel=\"stylesheet\" href=\"css/page.css\">\n"),
            ["css/page.css"] = styles.ToString(),
            ["js/" + Entry] = $"const {Registry} = {{}};\n{body}export {{ {Registry} }};\nexport const build = '{build}';\n",
            ["js/" + LaterEntry] =
                $"import {{ {Registry}, build }} from './{Entry}';\nif (build !== '{build}') location.reload();\n{laterBody}"
                + $"export const {{ {string.Join(", ", exported)} }} = {Registry}['{LaterEntry}'];\n",
        };
    }

    /// <summary>Reads a module and those that it imports, and returns the new ones so that each stands after its imports.</summary>
    private List<Module> Order(string entry, Dictionary<string, Module> known)
    {
        var order = new List<Module>();
        var open = new Stack<string>();
        void Visit(string path)
        {
            if (open.Contains(path))
                throw new InvalidDataException($"{path} imports itself: {string.Join(" <- ", open)}.");
            if (known.ContainsKey(path))
                return;
            open.Push(path);
            Module module = Read(path);
            foreach (string import in module.Imports)
                Visit(import);
            open.Pop();
            known[path] = module;
            order.Add(module);
        }

        Visit(entry);
        return order;
    }

    private Module Read(string path)
    {
        var imports = new List<string>();
        var exports = new List<string>();
        string text = Import.Replace(_read("js/" + path), match =>
        {
            string from = Resolve(path, match.Groups[2].Value);
            imports.Add(from);
            string names = string.Join(
                ", ",
                match.Groups[1].Value.Split(',').Select(name => name.Trim()).Where(name => name.Length > 0).Select(Rename)
            );
            return $"const {{ {names} }} = {Registry}['{from}'];\n";
        });
        text = Export.Replace(text, match =>
        {
            exports.Add(match.Groups[2].Value);
            return match.Groups[1].Value + match.Groups[2].Value;
        });
        Match foreign = Foreign.Match(text);
        if (foreign.Success)
            throw new InvalidDataException($"js/{path}: '{foreign.Value}' is not supported.");
        string wrapped = $"{Registry}['{path}'] = (() => {{\n{text}return {{ {string.Join(", ", exports)} }};\n}})();\n";
        return new Module(wrapped, imports, exports);
    }

    /// <summary><c>a as b</c> of an import is <c>a: b</c> of a destructuring.</summary>
    private static string Rename(string name) => Regex.Replace(name, @"^([\w$]+)\s+as\s+([\w$]+)$", "$1: $2");

    private static string Resolve(string path, string import)
    {
        var parts = new List<string>(path.Split('/'));
        parts.RemoveAt(parts.Count - 1);
        foreach (string part in import.Split('/'))
        {
            if (part == ".." && parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
            else if (part == "..")
                throw new InvalidDataException($"js/{path}: '{import}' is outside of the page.");
            else if (part != ".")
                parts.Add(part);
        }

        return string.Join("/", parts);
    }

    private static string Hash(string text)
    {
        const int Bytes = 8;
        using SHA256 sha = SHA256.Create();
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return string.Concat(sha.ComputeHash(stream).Take(Bytes).Select(value => value.ToString("x2", CultureInfo.InvariantCulture)));
    }

    private sealed class Module
    {
        public Module(string text, IReadOnlyList<string> imports, IReadOnlyList<string> exports)
        {
            Text = text;
            Imports = imports;
            Exports = exports;
        }

        public string Text { get; }

        public IReadOnlyList<string> Imports { get; }

        public IReadOnlyList<string> Exports { get; }
    }
}

#if !PAGE_TESTS
/// <summary>Writes the page into a folder: the files that are made of others, and copies of the rest.</summary>
public sealed class BundlePage : Microsoft.Build.Utilities.Task
{
    /// <summary>Folder of the sources.</summary>
    [Microsoft.Build.Framework.Required]
    public string Source { get; set; } = "";

    /// <summary>Folder of the result; its old content is deleted.</summary>
    [Microsoft.Build.Framework.Required]
    public string Target { get; set; } = "";

    public override bool Execute()
    {
        try
        {
            if (Directory.Exists(Target))
                Directory.Delete(Target, true);
            foreach (string path in new[] { "icon.svg", "js/theme.js" })
                Write(path, File.ReadAllText(Path.Combine(Source, path)));
            foreach (KeyValuePair<string, string> file in new PageBundler(path => File.ReadAllText(Path.Combine(Source, path))).Bundle())
                Write(file.Key, file.Value);
            return true;
        }
        catch (Exception exception) when (exception is IOException || exception is InvalidDataException)
        {
            Log.LogError("The page could not be bundled: " + exception.Message);
            return false;
        }
    }

    private void Write(string path, string text)
    {
        string file = Path.Combine(Target, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
#endif
