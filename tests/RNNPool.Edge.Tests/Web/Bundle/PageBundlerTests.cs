using RNNPool.Edge.PageBundle;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Web.Bundle;

/// <summary>The step of the build that joins the modules of the page.</summary>
public sealed class PageBundlerTests
{
    private const string Index =
        "<head>\n  <link rel=\"stylesheet\" href=\"css/a.css\">\n  <link rel=\"stylesheet\" href=\"css/b.css\">\n</head>\n";

    private readonly Dictionary<string, string> _files = new()
    {
        ["index.html"] = Index,
        ["css/a.css"] = "a {}\n",
        ["css/b.css"] = "b {}\n",
        ["js/app.js"] = "import { one, two as zwei } from './parts/numbers.js';\n\nexport const sum = one + zwei;\n",
        ["js/parts/numbers.js"] = "import { base } from '../base.js';\n\nexport const one = base + 1;\nexport const two = base + 2;\n",
        ["js/base.js"] = "export const base = 10;\n",
        ["js/later.js"] =
            "import {\n  base,\n} from './base.js';\nimport { word } from './word.js';\n\nexport const later = { base, word };\n",
        ["js/word.js"] = "export const word = 'import';\n",
    };

    [Fact]
    public void Style_sheets_become_one_in_their_order()
    {
        IReadOnlyDictionary<string, string> bundle = Bundle();

        Assert.Equal("a {}\nb {}\n", bundle["css/page.css"]);
        Assert.Equal("<head>\n  <link rel=\"stylesheet\" href=\"css/page.css\">\n</head>\n", bundle["index.html"]);
    }

    [Fact]
    public void A_module_stands_after_its_imports_and_in_one_file_only()
    {
        IReadOnlyDictionary<string, string> bundle = Bundle();

        Assert.Equal(["base.js", "parts/numbers.js", "app.js"], Modules(bundle["js/app.js"]));
        Assert.Equal(["word.js", "later.js"], Modules(bundle["js/later.js"]));
    }

    [Fact]
    public void The_result_depends_on_the_sources_alone()
    {
        IReadOnlyDictionary<string, string> first = Bundle();
        Assert.Equal(first, Bundle());

        // Both files name the build, so that a part of another build is noticed.
        string build = first["js/app.js"].Split("build = '")[1].Split('\'')[0];
        Assert.Contains(build, first["js/later.js"], StringComparison.Ordinal);
        _files["js/word.js"] = "export const word = 'export';\n";
        Assert.DoesNotContain(build, Bundle()["js/app.js"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("js/base.js", "import { sum } from './app.js';\n", "base.js")]
    [InlineData("js/base.js", "export default 10;\n", "export default 10")]
    [InlineData("js/base.js", "export let base = 10;\n", "export let")]
    [InlineData("js/base.js", "import word from './word.js';\n", "import word")]
    [InlineData("js/base.js", "import { x } from '../../x.js';\n", "../../x.js")]
    [InlineData("index.html", "<head></head>\n", "index.html")]
    public void A_form_that_is_not_supported_is_named(string file, string text, string named)
    {
        _files[file] = text;

        var failure = Assert.Throws<InvalidDataException>(() => Bundle());

        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_that_the_device_serves_is_made_of_the_sources()
    {
        string root = Path.Combine(Samples.Root, "src/RNNPool.Edge/wwwroot"),
            served = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        IReadOnlyDictionary<string, string> bundle = new PageBundler(path => File.ReadAllText(Path.Combine(root, path))).Bundle();

        foreach ((string path, string text) in bundle)
            Assert.Equal(text, File.ReadAllText(Path.Combine(served, path)));
        Assert.Equal(
            Directory.EnumerateFiles(Path.Combine(root, "js"), "*.js", SearchOption.AllDirectories).Count() - 1,
            bundle.Where(file => file.Key.EndsWith(".js", StringComparison.Ordinal)).Sum(file => Modules(file.Value).Count)
        );
    }

    private static List<string> Modules(string text) =>
        [.. text.Split('\n').Where(line => line.StartsWith("modules['", StringComparison.Ordinal)).Select(line => line.Split('\'')[1])];

    private IReadOnlyDictionary<string, string> Bundle() => new PageBundler(path => _files[path]).Bundle();
}
