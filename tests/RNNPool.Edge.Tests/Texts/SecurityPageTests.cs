using System.Globalization;
using System.Text.RegularExpressions;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Texts;

/// <summary>docs/security.md: every invariant names a test, and every test that it names exists.</summary>
public sealed partial class SecurityPageTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Samples.Root, "docs", "security.md"));

    /// <summary>The text of each invariant, by its number.</summary>
    private static readonly IReadOnlyList<(int Number, string Text)> Invariants =
    [
        .. InvariantStart()
            .Split(Section("Invariants"))
            .Skip(1)
            .Chunk(2)
            .Select(pair => (int.Parse(pair[0], CultureInfo.InvariantCulture), pair[1])),
    ];

    [Fact]
    public void Invariants_are_numbered_and_each_names_a_test()
    {
        Assert.Equal(Enumerable.Range(1, 32), Invariants.Select(invariant => invariant.Number));
        Assert.All(Invariants, invariant => Assert.NotEmpty(TestsOf(invariant.Text)));
    }

    [Fact]
    public void Every_test_exists()
    {
        Dictionary<string, string> sources = Directory
            .EnumerateFiles(Path.Combine(Samples.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
            .GroupBy(path => Path.GetFileNameWithoutExtension(path))
            .ToDictionary(group => group.Key, group => string.Concat(group.Select(File.ReadAllText)));
        Assert.All(Invariants.SelectMany(invariant => TestsOf(invariant.Text)), test =>
            Assert.True(Exists(test, sources), $"docs/security.md names {test}, which does not exist.")
        );
    }

    [Fact]
    public void Every_invariant_protects_an_asset()
    {
        HashSet<int> named = [.. RangeOfInvariants().Matches(Section("Assets")).SelectMany(Numbers)];

        Assert.Equal(Enumerable.Range(1, Invariants.Count), named.Order());
    }

    private static IEnumerable<int> Numbers(Match match)
    {
        int first = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture),
            last = int.Parse(match.Groups[3].ValueSpan, CultureInfo.InvariantCulture);
        return match.Groups[2].Value == "to" ? Enumerable.Range(first, last - first + 1) : [first, last];
    }

    private static string Section(string title) =>
        Text.Split("\n## ").Single(section => section.StartsWith(title + "\n", StringComparison.Ordinal));

    private static IReadOnlyList<string> TestsOf(string invariant) =>
        [
            .. Quoted()
                .Matches(invariant)
                .Select(match => match.Groups[1].Value)
                .Where(text => IsMethod().IsMatch(text) || IsFile().IsMatch(text)),
        ];

    private static bool Exists(string test, Dictionary<string, string> sources)
    {
        if (IsFile().Match(test) is { Success: true } file)
        {
            string path = Path.Combine(Samples.Root, file.Groups[1].Value);
            return File.Exists(path) && File.ReadAllText(path).Contains(file.Groups[2].Value, StringComparison.Ordinal);
        }

        string[] parts = test.Split('.');
        return sources.TryGetValue(parts[0], out string? source)
            && Regex.IsMatch(source, $@"public (async )?(Task|void) {parts[1]}\(", RegexOptions.CultureInvariant);
    }

    [GeneratedRegex(@"^([0-9]+)\. ", RegexOptions.Multiline)]
    private static partial Regex InvariantStart();

    [GeneratedRegex(@"invariants ([0-9]+) (to|and) ([0-9]+)")]
    private static partial Regex RangeOfInvariants();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^[A-Za-z0-9]+Tests\.\w+$")]
    private static partial Regex IsMethod();

    // A script or a program in C, and a text in it: the title of a check or the name of a function.
    [GeneratedRegex(@"^([a-z0-9/_.-]+\.(?:sh|c|mjs|py)): (.+)$")]
    private static partial Regex IsFile();
}
