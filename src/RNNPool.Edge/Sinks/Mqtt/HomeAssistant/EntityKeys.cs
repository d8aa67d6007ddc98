using System.Security.Cryptography;
using System.Text;
using RNNPool.Edge.Core.Reports;

namespace RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

/// <summary>
/// Keys of entities whose names come from the settings or a model. A key is the slug of the name. A name whose slug is empty, or whose keys
/// another name has, gets a hash of the name as well, so that each name has entities of its own.
/// </summary>
internal static class EntityKeys
{
    private const int HashBytes = 3;

    /// <summary>Assigns a key to each name; the result does not depend on their order.</summary>
    /// <param name="prefix">Beginning of the keys, such as <c>zone_</c>.</param>
    /// <param name="names">The names.</param>
    /// <param name="suffixes">What is appended to a key for further entities of the same name.</param>
    public static IReadOnlyDictionary<string, string> Assign(string prefix, IEnumerable<string> names, params string[] suffixes)
    {
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.Ordinal);

        // A name that is its own slug comes first, and a short one before one that could be a short one with a suffix.
        IEnumerable<string> ordered = names
            .Distinct(StringComparer.Ordinal)
            .OrderByDescending(name => ReportEntity.Slug(name) == name)
            .ThenBy(name => name.Length)
            .ThenBy(name => name, StringComparer.Ordinal);
        foreach (string name in ordered)
        {
            string slug = ReportEntity.Slug(name);
            string key = prefix + slug;
            if (slug.Length == 0 || All(key).Any(taken.Contains))
                key = $"{key}{(slug.Length == 0 ? "" : "_")}{Hash(name)}";
            taken.UnionWith(All(key));
            keys[name] = key;
        }

        return keys;

        IEnumerable<string> All(string key) => suffixes.Select(suffix => key + suffix).Prepend(key);
    }

    /// <summary>The part of a key that distinguishes names with the same slug.</summary>
    public static string Hash(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, HashBytes));
}
