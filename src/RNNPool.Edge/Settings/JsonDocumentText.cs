using System.Text;
using System.Text.Json;

namespace RNNPool.Edge.Settings;

/// <summary>
/// The text of a JSON file in which single values can be changed; order, indentation and comments of the rest stay.
/// Keys are those of the configuration, such as <c>Presence:Zones:0:Name</c>; upper and lower case are the same.
/// </summary>
internal sealed class JsonDocumentText
{
    private static readonly JsonReaderOptions Reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private byte[] _text;
    private Node _root;

    /// <param name="text">The file; empty for a new one.</param>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public JsonDocumentText(string text)
    {
        _text = Encoding.UTF8.GetBytes(string.IsNullOrWhiteSpace(text) ? "{\n}\n" : text);
        _root = Parse();
        if (_root.Kind != JsonTokenType.StartObject)
            throw new JsonException("The file is not an object.");
    }

    public override string ToString() => Encoding.UTF8.GetString(_text);

    /// <summary>Sets a value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value as JSON.</param>
    public void Set(string key, string value)
    {
        string[] segments = key.Split(':');
        Node at = Find(segments, out int reached);
        if (reached == segments.Length)
            Replace(at.Start, at.End, value);
        else if (IsContainer(at))
            Insert(at, segments.AsSpan(reached), value);
        else
            Replace(at.Start, at.End, Nested(segments.AsSpan(reached), value, Indent(at.Start)));
    }

    /// <summary>Removes a value, if it exists.</summary>
    public void Remove(string key)
    {
        string[] segments = key.Split(':');
        Node node = Find(segments, out int reached);
        if (reached != segments.Length || node.Parent is not { } parent)
            return;
        int index = parent.Children.IndexOf(node);
        int start = node.NameStart,
            end = node.End;
        if (index + 1 < parent.Children.Count)
        {
            // Comments before the next value stay with it.
            end = Comma(end) + 1;
            while (end < _text.Length && _text[end] is (byte)' ' or (byte)'\t')
                end++;
            if (end < _text.Length && _text[end] == '\n' && LineIsEmptyBefore(start))
                start = LineStart(start) - 1;
        }
        else
        {
            if (index > 0)
                start = parent.Children[index - 1].End;
            else if (LineIsEmptyBefore(start))
                start = LineStart(start) - 1;
        }

        Replace(Math.Max(start, parent.Start + 1), end, "");
    }

    /// <summary>The node of a key; if it does not exist, the last existing node on its path.</summary>
    private Node Find(string[] segments, out int reached)
    {
        if (Exact(_root, segments) is { } exact)
        {
            reached = segments.Length;
            return exact;
        }

        Node at = _root;
        for (reached = 0; reached < segments.Length && Child(at, segments[reached]) is { } next; reached++)
            at = next;
        return at;
    }

    /// <summary>Finds a key in every form: one name may hold several segments, as <c>"Presence:OffDelay"</c> does.</summary>
    private static Node? Exact(Node at, ReadOnlySpan<string> segments)
    {
        if (segments.IsEmpty)
            return at;
        if (at.Kind == JsonTokenType.StartArray)
            return Child(at, segments[0]) is { } entry ? Exact(entry, segments[1..]) : null;
        for (int taken = 1; taken <= segments.Length; taken++)
        {
            if (Child(at, string.Join(':', segments[..taken]!)) is { } child && Exact(child, segments[taken..]) is { } found)
                return found;
        }

        return null;
    }

    private static Node? Child(Node at, string name)
    {
        if (at.Kind != JsonTokenType.StartArray)
            return at.Children.FirstOrDefault(child => string.Equals(child.Name, name, StringComparison.OrdinalIgnoreCase));
        return
            SettingNode.IsIndex(name)
            && int.Parse(name, System.Globalization.CultureInfo.InvariantCulture) is var index
            && index < at.Children.Count
            ? at.Children[index]
            : null;
    }

    private void Insert(Node parent, ReadOnlySpan<string> segments, string value)
    {
        string indent =
            parent.Children.Count > 0 && LineIsEmptyBefore(parent.Children[^1].NameStart)
                ? Indent(parent.Children[^1].NameStart)
                : Indent(parent.Start) + "  ";
        string entry =
            parent.Kind == JsonTokenType.StartArray
                ? segments.Length == 1
                    ? value
                    : Nested(segments[1..], value, indent)
                : JsonSerializer.Serialize(segments[0], ConfigurationJson.Default.String)
                    + ": "
                    + (segments.Length == 1 ? value : Nested(segments[1..], value, indent));
        if (parent.Children.Count > 0)
        {
            Node last = parent.Children[^1];
            Replace(last.End, last.End, $",\n{indent}{entry}");
            return;
        }

        // An empty object may contain comments; the new value is inserted before them.
        Replace(
            parent.Start + 1,
            _text.AsSpan(parent.Start + 1, parent.End - parent.Start - 2).Trim(" \t\r\n"u8).IsEmpty ? parent.End - 1 : parent.Start + 1,
            $"\n{indent}{entry}\n{Indent(parent.Start)}"
        );
    }

    private static string Nested(ReadOnlySpan<string> segments, string value, string indent)
    {
        string inner = indent + "  ";
        string content = segments.Length == 1 ? value : Nested(segments[1..], value, inner);
        return SettingNode.IsIndex(segments[0])
            ? $"[\n{inner}{content}\n{indent}]"
            : $"{{\n{inner}{JsonSerializer.Serialize(segments[0], ConfigurationJson.Default.String)}: {content}\n{indent}}}";
    }

    private void Replace(int start, int end, string text)
    {
        _text = [.. _text.AsSpan(0, start), .. Encoding.UTF8.GetBytes(text), .. _text.AsSpan(end)];
        _root = Parse();
    }

    /// <summary>Position of the comma after a value; comments may precede it.</summary>
    private int Comma(int from)
    {
        int at = from;
        while (_text[at] != ',')
        {
            if (_text[at] != '/')
                at++;
            else if (_text[at + 1] == '*')
                at += 4 + _text.AsSpan(at + 2).IndexOf("*/"u8);
            else
                at += _text.AsSpan(at).IndexOf((byte)'\n');
        }

        return at;
    }

    private int LineStart(int at) => _text.AsSpan(0, at).LastIndexOf((byte)'\n') + 1;

    private bool LineIsEmptyBefore(int at) =>
        LineStart(at) is var start && start > 0 && _text.AsSpan(start, at - start).Trim(" \t\r"u8).IsEmpty;

    private string Indent(int at)
    {
        int start = LineStart(at),
            end = start;
        while (end < at && _text[end] is (byte)' ' or (byte)'\t')
            end++;
        return Encoding.UTF8.GetString(_text, start, end - start);
    }

    private static bool IsContainer(Node node) => node.Kind is JsonTokenType.StartObject or JsonTokenType.StartArray;

    private Node Parse()
    {
        int offset = _text.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? 3 : 0;
        var reader = new Utf8JsonReader(_text.AsSpan(offset), Reading);
        reader.Read();
        Node root = Read(ref reader, null, null, (int)reader.TokenStartIndex, offset);
        if (reader.Read())
            throw new JsonException("Something follows the end of the object.");
        return root;
    }

    private static Node Read(ref Utf8JsonReader reader, Node? parent, string? name, int nameStart, int offset)
    {
        var node = new Node(
            reader.TokenType,
            parent,
            name,
            nameStart + (parent is null ? offset : 0),
            (int)reader.TokenStartIndex + offset
        );
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            bool inObject = reader.TokenType == JsonTokenType.StartObject;
            while (reader.Read() && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
            {
                int start = (int)reader.TokenStartIndex + offset;
                string? property = null;
                if (inObject)
                {
                    property = reader.GetString();
                    reader.Read();
                }

                node.Children.Add(Read(ref reader, node, property, start, offset));
            }
        }

        node.End = (int)reader.BytesConsumed + offset;
        return node;
    }

    /// <summary>A value with its place in the text.</summary>
    private sealed class Node(JsonTokenType kind, Node? parent, string? name, int nameStart, int start)
    {
        public JsonTokenType Kind => kind;

        public Node? Parent => parent;

        public string? Name => name;

        /// <summary>Start of its name; for an entry of a list, start of its value.</summary>
        public int NameStart => nameStart;

        public int Start => start;

        public int End { get; set; }

        public List<Node> Children { get; } = [];
    }
}
