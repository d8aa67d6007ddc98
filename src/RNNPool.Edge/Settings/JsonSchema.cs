namespace RNNPool.Edge.Settings;

/// <summary>The JSON schema of the configuration file.</summary>
internal static class JsonSchema
{
    /// <summary>The schema that is part of the program. A test holds that it matches the options classes.</summary>
    public static string Shipped
    {
        get
        {
            using Stream stream = typeof(JsonSchema).Assembly.GetManifestResourceStream("rnnpool-edge.schema.json")!;
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }
}
