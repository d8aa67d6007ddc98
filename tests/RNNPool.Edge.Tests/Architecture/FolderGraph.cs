using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using RNNPool.Edge.Host;

namespace RNNPool.Edge.Tests.Architecture;

/// <summary>The dependencies between the folders of the application, from its compiled code. Namespaces are folders.</summary>
internal sealed class FolderGraph
{
    private const string Root = "RNNPool.Edge";

    /// <summary>The node of the types that are in the folder itself and not in one of its sub-folders.</summary>
    public const string Own = ".";

    /// <summary>Creates a graph of the dependencies between types.</summary>
    /// <param name="types">Full names of the types.</param>
    public FolderGraph(IReadOnlyList<(string From, string To)> types) => _types = types;

    private readonly IReadOnlyList<(string From, string To)> _types;

    /// <summary>The folders that have sub-folders.</summary>
    public IEnumerable<string> Parents =>
        _types
            .Select(pair => pair.From.Split('.')[2..^1])
            .Where(folders => folders.Length > 1)
            .SelectMany(folders => Enumerable.Range(1, folders.Length - 1).Select(length => string.Join('.', folders[..length])))
            .Distinct();

    /// <summary>Reads the assembly of the application, without the features.</summary>
    public static FolderGraph Load()
    {
        ArchUnitNET.Domain.Architecture architecture = new ArchLoader().LoadAssemblies(typeof(DeviceHost).Assembly).Build();
        return new FolderGraph([
            .. architecture
                .Types.SelectMany(type => type.Dependencies)
                .Select(dependency => (From: dependency.Origin.FullName, To: dependency.Target.FullName))
                .Where(pair => pair.From.StartsWith(Root + ".", StringComparison.Ordinal))
                .Where(pair => pair.To.StartsWith(Root + ".", StringComparison.Ordinal))
                .Where(pair => !pair.From.EndsWith("Feature", StringComparison.Ordinal))
                .Distinct(),
        ]);
    }

    /// <summary>
    /// The dependencies between the sub-folders of a folder that are part of a cycle, each with one pair of types; empty when there is
    /// none.
    /// </summary>
    /// <param name="folder">The folder, such as <c>Sinks.Mqtt</c>.</param>
    /// <param name="own">Whether the types of the folder itself count as one more sub-folder.</param>
    public IReadOnlyList<string> Cycles(string folder, bool own)
    {
        Dictionary<(string From, string To), string> edges = [];
        foreach ((string from, string to) in _types)
        {
            (string? a, string? b) = (Node(folder, from), Node(folder, to));
            if (a is not null && b is not null && a != b && (own || (a != Own && b != Own)))
                edges.TryAdd((a, b), $"{a} -> {b}: {from[(Root.Length + 1)..]} uses {to[(Root.Length + 1)..]}");
        }

        // A folder without dependencies left, or without dependents left, is in no cycle.
        bool removed;
        do
        {
            HashSet<string> sources = [.. edges.Keys.Select(edge => edge.From)],
                targets = [.. edges.Keys.Select(edge => edge.To)];
            removed = false;
            foreach ((string From, string To) edge in edges.Keys.Where(edge => !sources.Contains(edge.To) || !targets.Contains(edge.From)))
                removed |= edges.Remove(edge);
        } while (removed);

        return [.. edges.Values.Order(StringComparer.Ordinal)];
    }

    // Names of types are full, so that the segment after the folder is a sub-folder only if another one follows it.
    private static string? Node(string folder, string type)
    {
        string prefix = $"{Root}.{folder}.";
        if (!type.StartsWith(prefix, StringComparison.Ordinal))
            return null;
        string[] rest = type[prefix.Length..].Split('.');
        return rest.Length > 1 ? rest[0] : Own;
    }
}
