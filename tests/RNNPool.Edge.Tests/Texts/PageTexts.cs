using System.Text;
using System.Text.RegularExpressions;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Texts;

/// <summary>Finds the texts of the page: those between the tags of its HTML, and the literals of its scripts that read as words.</summary>
internal static partial class PageTexts
{
    public static string Collect()
    {
        string root = Path.Combine(Samples.Root, "src/RNNPool.Edge/wwwroot");
        var text = new StringBuilder();
        foreach (
            string file in Directory
                .EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .Where(file => Path.GetExtension(file) is ".html" or ".js")
                .Order(StringComparer.Ordinal)
        )
        {
            string source = File.ReadAllText(file);
            IEnumerable<string> found = Path.GetExtension(file) == ".html" ? Html(source) : Script(source);
            foreach (string line in found.Select(line => Space().Replace(line, " ").Trim()).Distinct())
                text.Append(Path.GetRelativePath(root, file)).Append(": ").Append(line).Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<string> Html(string source) =>
        BetweenTags().Matches(source).Select(match => match.Groups[1].Value).Where(text => Letter().IsMatch(text));

    private static IEnumerable<string> Script(string source) =>
        CommentOrLiteral().Matches(source).Select(match => match.Groups[1].Value).Where(text => Words().IsMatch(text));

    [GeneratedRegex(">([^<>]+)<")]
    private static partial Regex BetweenTags();

    [GeneratedRegex("[A-Za-z]")]
    private static partial Regex Letter();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    // Comments come first, so that their apostrophes do not begin a literal.
    [GeneratedRegex("""//[^\n]*|/\*[\s\S]*?\*/|'(?<1>(?:[^'\\\n]|\\.)*)'|`(?<1>(?:[^`\\]|\\.)*)`""")]
    private static partial Regex CommentOrLiteral();

    // A sentence, a label of several words, or one word with a capital letter.
    [GeneratedRegex("^[A-Z].*[A-Za-z’'…,.]{2} [A-Za-z]|^[A-Z][a-z]+$", RegexOptions.Singleline)]
    private static partial Regex Words();
}
