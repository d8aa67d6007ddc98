using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using RNNPool.Edge.Models;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Cli;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Models;

namespace RNNPool.Edge.Tests.Web;

/// <summary>Graphs that crash ONNX Runtime, take all memory or never return are refused, and the device works meanwhile.</summary>
public sealed class CraftedModelTests
{
    /// <summary>The limits of a device, except for the time.</summary>
    private static readonly TrialLimits Limits = TrialLimits.Default with { Time = TimeSpan.FromSeconds(20) };

    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Harmful => [.. CraftedModels.Graphs.Keys.Where(name => name != "harmless")];

    /// <summary>Otherwise the graphs below could be refused for a mistake of this test.</summary>
    [Fact]
    public void A_graph_of_this_kind_is_accepted_without_the_harm()
    {
        using var folder = new TemporaryFolder();
        CraftedModels.Write(folder.Path, "harmless");
        using var trial = Trial();

        trial.Run(folder.Path);
    }

    [Theory]
    [MemberData(nameof(Harmful))]
    public void A_harmful_graph_is_refused_with_a_sentence_within_the_limits(string name)
    {
        using var folder = new TemporaryFolder();
        CraftedModels.Write(folder.Path, name);
        using var trial = Trial();
        long start = Stopwatch.GetTimestamp();

        ModelException refusal = Assert.Throws<ModelException>(() => trial.Run(folder.Path));

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Limits.Time + Margin);
        Assert.Matches(@"^\S.{10,}\.$", refusal.Message);
        TestContext.Current.TestOutputHelper?.WriteLine(refusal.Message);
    }

    [Theory]
    [InlineData("kernel of another shape")]
    [InlineData("constant of a shape")]
    [InlineData("no stride")]
    public async Task The_device_works_while_a_harmful_graph_is_tried(string name)
    {
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            Write(zip, "arch.json", CraftedModels.Architecture);
            Write(zip, "model.onnx", CraftedModels.Graphs[name]());
        }

        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using var page = new Browser(device);
        await page.SessionAsync();
        using var body = new ByteArrayContent(archive.ToArray());
        body.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        Task<(HttpStatusCode Status, JsonElement Json)> upload = page.SendAsync(HttpMethod.Post, "/api/models?name=harmful", body);
        await device.FrameAsync();
        (HttpStatusCode status, JsonElement answer) = await upload;
        await device.FrameAsync();

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.EndsWith(".", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain((await page.GetAsync("/api/models")).Json.GetProperty("models").EnumerateArray(), model =>
            model.GetProperty("uploaded").GetBoolean()
        );
    }

    private static void Write(ZipArchive zip, string name, byte[] content)
    {
        using Stream entry = zip.CreateEntry(name).Open();
        entry.Write(content);
    }

    private static ModelTrial Trial() => new(CommandLine.Program, Limits);
}
