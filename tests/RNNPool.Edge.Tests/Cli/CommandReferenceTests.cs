using System.CommandLine;
using System.Text.RegularExpressions;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Host;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Cli;

/// <summary>The documentation of the commands and the shell completion match the commands.</summary>
public sealed partial class CommandReferenceTests
{
    private static readonly IReadOnlyList<(string Path, Command Command)> All =
    [
        .. JsonOutputTests.Commands(CommandTree.Build(Terminal.ForProcess()), ""),
    ];

    [Fact]
    public void The_manual_page_has_every_command_and_every_option_and_no_others()
    {
        string page = File.ReadAllText(Path.Combine(Samples.Root, "deploy/man/rnnpool-edge.1"))
            .Replace("\\-", "-", StringComparison.Ordinal);
        string[] sections = page[
            page.IndexOf(".SH COMMANDS", StringComparison.Ordinal)..page.IndexOf(".SH EXIT STATUS", StringComparison.Ordinal)
        ]
            .Split(".SS rnnpool-edge ")[1..];

        Assert.Equal(All.Select(entry => entry.Path), sections.Select(section => section.Split('\n')[0]));
        foreach (((string path, Command command), string section) in All.Zip(sections))
        {
            Assert.Equal(
                (path, string.Join(' ', Options(command))),
                (
                    path,
                    string.Join(' ', ManualOption().Matches(section).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal))
                )
            );
            Assert.Contains(command.Description!.Split('.')[0], section, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_documentation_has_every_command()
    {
        string[] code =
        [
            .. Code().Matches(File.ReadAllText(Path.Combine(Samples.Root, "docs/cli.md"))).Select(match => match.Groups[1].Value),
        ];

        Assert.All(All.Where(entry => entry.Command.Subcommands.Count == 0), entry =>
            Assert.Contains(code, text => text == entry.Path || text.StartsWith(entry.Path + " ", StringComparison.Ordinal))
        );
    }

    [Theory]
    [InlineData("rnnpool-edge ", "watch,password,version,model")]
    [InlineData("rnnpool-edge watch --", "--url,--token,--token-file,--once,--json")]
    [InlineData("rnnpool-edge password ", "set,remove,status")]
    [InlineData("rnnpool-edge model list --", "--json,--model")]
    [InlineData("rnnpool-edge detect --model ", "face-qvga,person-vww")]
    [InlineData("rnnpool-edge eval x.csv --engine ", "auto,simd,onnx,interpreter")]
    public async Task The_shell_completes_what_there_is(string line, string expected)
    {
        (int code, string output, _) = await CommandLine.InvokeAsync($"[suggest:{line.Length}]", line);

        Assert.Equal(0, code);
        Assert.Superset(expected.Split(',').ToHashSet(), output.Split('\n').ToHashSet());
    }

    private static IEnumerable<string> Options(Command command) =>
        command.Options.Where(option => option.Name != "--help").Select(option => option.Name).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"^\.TP\n\.B (--[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex ManualOption();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
