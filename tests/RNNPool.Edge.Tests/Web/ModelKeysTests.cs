using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using RNNPool.Edge.Models.Signatures;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Models;

namespace RNNPool.Edge.Tests.Web;

/// <summary>A device with a key accepts signed models only.</summary>
public sealed class ModelKeysTests : IDisposable
{
    private static readonly string Shipped = Path.Combine(Samples.Root, "models/face-qvga");

    private readonly TemporaryFolder _folder = new();
    private readonly SigningKey _key = SigningKey.Create();

    public ModelKeysTests()
    {
        Directory.CreateDirectory(Model);
        foreach (string name in new[] { "arch.json", "model.onnx", "model.rnnp" })
            File.Copy(Path.Combine(Shipped, name), Path.Combine(Model, name));
    }

    private string Model => Path.Combine(_folder.Path, "faces");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Only_a_signed_upload_is_kept()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Model:Keys:0", $"{_key.PublicKey}"));
        using var page = new Browser(device);
        await page.SessionAsync();

        Assert.Equal(HttpStatusCode.BadRequest, await UploadAsync(page));
        ModelSignature.Sign(Model, SigningKey.Create());
        Assert.Equal(HttpStatusCode.BadRequest, await UploadAsync(page));
        Assert.Empty(Directory.EnumerateFileSystemEntries(device.Service<UploadedModels>().Folder));

        ModelSignature.Sign(Model, _key);
        Assert.Equal(HttpStatusCode.Created, await UploadAsync(page));
        Assert.Null(await ProblemAsync(page));

        File.AppendAllText(Path.Combine(device.Service<UploadedModels>().Folder, "faces", "arch.json"), " ");
        Sentence.AssertNames(await ProblemAsync(page), "model.sig|Model:Keys");
    }

    [Fact]
    public async Task An_unsigned_model_is_not_run_before_it_is_refused()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Model:Keys:0", $"{_key.PublicKey}"));
        using var page = new Browser(device);
        await page.SessionAsync();
        File.WriteAllText(Path.Combine(Model, "model.onnx"), "a graph that no trial accepts");

        (HttpStatusCode status, JsonElement answer) = await SendAsync(page);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Sentence.AssertNames(answer.GetProperty("detail").GetString(), "the archive|model.sig|Model:Keys");
    }

    [Fact]
    public async Task Neither_the_page_nor_an_unsigned_model_gets_around_the_keys()
    {
        string file = Path.Combine(_folder.Path, "config.json");
        File.WriteAllText(file, $$"""{ "Camera": { "Source": "synthetic:" }, "Model": { "Keys": ["{{_key.PublicKey}}"] } }""");
        await using DeviceFixture device = await DeviceFixture.StartAsync(file);
        using var page = new Browser(device);
        await page.SessionAsync();
        string before = File.ReadAllText(file);

        foreach (
            (string key, object? value) in new (string, object?)[]
            {
                ("Model:Keys", Array.Empty<string>()),
                ("Model:Keys", null),
                ("Model:Path", Model),
            }
        )
        {
            (HttpStatusCode status, JsonElement answer) = await page.SendAsync(
                HttpMethod.Patch,
                "/api/settings",
                new Dictionary<string, object?> { [key] = value }
            );
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Sentence.AssertNames(answer.GetProperty("errors").ToString(), key);
        }

        Assert.Equal(before, File.ReadAllText(file));
        JsonElement keys = (await page.GetAsync("/api/settings"))
            .Json.GetProperty("settings")
            .EnumerateArray()
            .Single(setting => setting.GetProperty("key").GetString() == "Model:Keys");
        Sentence.AssertNames(keys.GetProperty("locked").GetString(), "Model:Keys");
    }

    private static async Task<string?> ProblemAsync(Browser page) =>
        (await page.GetAsync("/api/models"))
            .Json.GetProperty("models")
            .EnumerateArray()
            .Single(model => model.GetProperty("uploaded").GetBoolean())
            .GetProperty("problem")
            .GetString();

    private async Task<HttpStatusCode> UploadAsync(Browser page) => (await SendAsync(page)).Status;

    private async Task<(HttpStatusCode Status, JsonElement Json)> SendAsync(Browser page)
    {
        using var archive = new MemoryStream();
        await ZipFile.CreateFromDirectoryAsync(Model, archive, TestContext.Current.CancellationToken);
        using var content = new ByteArrayContent(archive.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return await page.SendAsync(HttpMethod.Post, "/api/models?name=faces", content);
    }
}
