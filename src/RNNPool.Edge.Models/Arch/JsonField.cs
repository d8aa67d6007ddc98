using System.Text.Json;

namespace RNNPool.Edge.Models.Arch;

/// <summary>A position in a JSON document with its path, so that every error names it.</summary>
internal readonly struct JsonField(JsonElement element, string path, string source)
{
    public string Path { get; } = path;

    public ModelException Error(string what) => new($"{source}: {(Path.Length == 0 ? "the document" : Path)} {what}.");

    public JsonField Required(string key) => Optional(key) ?? throw new ModelException($"{source}: {Child(key)} is missing.");

    public JsonField? Optional(string key)
    {
        RequireObject();
        return element.TryGetProperty(key, out JsonElement value) ? new JsonField(value, Child(key), source) : null;
    }

    /// <summary>Throws for a key that is not in <paramref name="known"/>, because a misspelt option must not be ignored.</summary>
    public void RequireOnly(params ReadOnlySpan<string> known)
    {
        RequireObject();
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (!known.Contains(property.Name))
                throw new ModelException(
                    $"{source}: {Child(Shorten(property.Name))} is not known; the known keys are {string.Join(", ", known.ToArray())}."
                );
        }
    }

    public int Int(int min, int max)
    {
        if (element.ValueKind != JsonValueKind.Number)
            throw Error($"is {Describe()}; it must be a whole number");
        if (!element.TryGetInt32(out int value) || value < min || value > max)
            throw Error($"is {Describe()}; it must be a whole number from {min} to {max}");
        return value;
    }

    public float Float(float min, float max)
    {
        if (element.ValueKind != JsonValueKind.Number)
            throw Error($"is {Describe()}; it must be a number");
        if (!element.TryGetSingle(out float value) || !(value >= min && value <= max))
            throw Error(FormattableString.Invariant($"is {Describe()}; it must be from {min} to {max}"));
        return value;
    }

    public bool Bool() =>
        element.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Error($"is {Describe()}; it must be true or false"),
        };

    public string Text(int maxLength)
    {
        if (element.ValueKind != JsonValueKind.String)
            throw Error($"is {Describe()}; it must be a string");
        string value = element.GetString()!;
        if (value.Length == 0 || value.Length > maxLength)
            throw Error($"has {value.Length} characters; it must have 1 to {maxLength}");
        return value;
    }

    public T OneOf<T>(params ReadOnlySpan<(string Word, T Value)> choices)
    {
        string text = Text(64);
        foreach ((string word, T value) in choices)
        {
            if (word == text)
                return value;
        }

        var words = new string[choices.Length];
        for (int i = 0; i < words.Length; i++)
            words[i] = choices[i].Word;
        throw Error($"is '{Shorten(text)}'; it must be {string.Join(" or ", words)}");
    }

    public List<JsonField> Items(int min, int max)
    {
        if (element.ValueKind != JsonValueKind.Array)
            throw Error($"is {Describe()}; it must be a list");
        int count = element.GetArrayLength();
        if (count < min || count > max)
            throw Error($"has {count} items; it must have {min} to {max}");
        var items = new List<JsonField>(count);
        foreach (JsonElement item in element.EnumerateArray())
            items.Add(new JsonField(item, $"{Path}[{items.Count}]", source));
        return items;
    }

    private void RequireObject()
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Error($"is {Describe()}; it must be an object");
    }

    private string Child(string key) => Path.Length == 0 ? key : $"{Path}.{key}";

    private string Describe() =>
        element.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            JsonValueKind.Null => "null",
            _ => Shorten(element.GetRawText()),
        };

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..37] + "...";
}
