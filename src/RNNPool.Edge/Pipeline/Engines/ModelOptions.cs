using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Pipeline.Engines;

/// <summary>The model of the device. Section <c>Model</c>. The settings of its engine are in section <c>Detector</c>.</summary>
public sealed class ModelOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Model";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Model that runs.", Allowed = "a folder, or the name of a bundled model")]
    [SettingPattern(@"^[^\u0000]*[^\s\u0000][^\u0000]*$", "a model folder, or the name of a bundled model, such as face-qvga")]
    public string Path { get; set; } = "face-qvga";

    [Setting(
        "Public Ed25519 keys. With one, the device runs only models that came with the program and models that one of the keys has signed. "
            + "The page cannot change them.",
        Allowed = "at most 8 keys of 32 bytes in base64, as `model keygen` prints them",
        FileOnly = true
    )]
    [SettingCount(8)]
    [SettingPattern("^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$", "a public Ed25519 key, 32 bytes in base64")]
    public string[] Keys { get; set; } = [];
#pragma warning restore CS1591

    /// <summary>Folder of the bundled models.</summary>
    public static IReadOnlyList<string> SearchFolders { get; } =
    [System.IO.Path.Combine(AppContext.BaseDirectory, "models"), "/usr/share/rnnpool-edge/models"];

    /// <summary>Folders of the bundled models, by name.</summary>
    internal static IEnumerable<string> Bundled =>
        SearchFolders
            .Where(Directory.Exists)
            .SelectMany(Directory.EnumerateDirectories)
            .Where(folder =>
                File.Exists(System.IO.Path.Combine(folder, "arch.json")) && File.Exists(System.IO.Path.Combine(folder, "model.onnx"))
            )
            .DistinctBy(System.IO.Path.GetFileName)
            .OrderBy(System.IO.Path.GetFileName, StringComparer.Ordinal);

    /// <summary>The folder that <see cref="Path"/> names: the path itself when it exists, else the bundled model of that name.</summary>
    public string Resolve()
    {
        if (Directory.Exists(Path) || Path.Contains(System.IO.Path.DirectorySeparatorChar))
            return Path;
        return SearchFolders.Select(folder => System.IO.Path.Combine(folder, Path)).FirstOrDefault(Directory.Exists) ?? Path;
    }
}

internal sealed class ModelOptionsValidator : IValidateOptions<ModelOptions>
{
    public ValidateOptionsResult Validate(string? name, ModelOptions options) =>
        new SettingRules(ModelOptions.SectionName).Attributes(options).Result();
}
