using System.Text.RegularExpressions;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Architecture;

/// <summary>
/// Holds the directions between the folders of RNNPool.Edge.Vision. Namespaces are folders, so source text shows every dependency.
/// </summary>
public sealed partial class FolderDirectionTests
{
    // A folder may use the folders named beside it. Each line uses only folders of lines above it, so there is no cycle.
    private static readonly (string Folder, string[] Uses)[] s_layers =
    [
        ("Geometry", []),
        ("Frames", []),
        ("Configuration", []),
        ("Onnx", ["Configuration"]),
        ("Imaging", ["Frames", "Geometry"]),
        ("Tracking", ["Configuration", "Frames", "Geometry"]),
        ("Detectors", ["Configuration", "Frames", "Geometry", "Imaging", "Onnx"]),
        ("Presence", ["Configuration", "Frames", "Geometry", "Tracking"]),
        ("Motion", ["Configuration", "Frames", "Imaging", "Presence"]),
        ("Cameras", ["Configuration", "Frames", "Geometry", "Imaging"]),
        ("Evaluation", ["Geometry"]),
        ("Calibration", ["Evaluation", "Frames", "Imaging"]),
    ];

    [Fact]
    public void Every_folder_uses_only_the_folders_below_it()
    {
        string root = RepositoryPath.Of("src", "RNNPool.Edge.Vision");
        string[] folders = [.. s_layers.Select(layer => layer.Folder)];
        var violations = new List<string>();
        foreach (string file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            string path = Path.GetRelativePath(root, file);
            string folder = path.Split('/')[0];
            if (folder is "obj" or "bin")
                continue;
            Assert.Contains(folder, folders);
            string[] allowed = [folder, .. s_layers.Single(layer => layer.Folder == folder).Uses];
            violations.AddRange(
                Reference()
                    .Matches(File.ReadAllText(file))
                    .Select(match => match.Groups[1].Value)
                    .Where(used => folders.Contains(used) && !allowed.Contains(used))
                    .Select(used => $"{path} uses {used}")
            );
        }

        Assert.Empty(violations);
    }

    [Fact]
    public void No_folder_is_allowed_to_use_one_that_stands_later_in_the_list()
    {
        for (int i = 0; i < s_layers.Length; i++)
            Assert.Subset(s_layers[..i].Select(layer => layer.Folder).ToHashSet(), s_layers[i].Uses.ToHashSet());
    }

    [GeneratedRegex(@"\bVision\.([A-Z]\w+)")]
    private static partial Regex Reference();
}
