using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using RNNPool.Edge.Core;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Models;

namespace RNNPool.Edge.Tests.Web;

public sealed class ModelsApiTests
{
    private static readonly string Shipped = Path.Combine(Samples.Root, "models/face-qvga");

    [Fact]
    public async Task Models_that_came_with_the_program_are_listed()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using var page = new Browser(device);

        JsonElement report = (await page.GetAsync("/api/models")).Json;

        Assert.Equal("face-qvga", report.GetProperty("active").GetString());
        JsonElement model = report
            .GetProperty("models")
            .EnumerateArray()
            .Single(entry => entry.GetProperty("name").GetString() == "face-qvga");
        Assert.Equal(
            (true, "detector", 320, 240, true),
            (
                model.GetProperty("active").GetBoolean(),
                model.GetProperty("task").GetString(),
                model.GetProperty("width").GetInt32(),
                model.GetProperty("height").GetInt32(),
                model.GetProperty("hasPackage").GetBoolean()
            )
        );
        Assert.Equal(64, model.GetProperty("sha256").GetString()!.Length);
        Assert.Equal("AP@0.5", model.GetProperty("precision").GetProperty("metric").GetString());
        Assert.InRange(model.GetProperty("precision").GetProperty("value").GetDouble(), 0.7, 1);
        Assert.Contains(report.GetProperty("models").EnumerateArray(), entry => entry.GetProperty("task").GetString() == "classifier");
        Assert.Equal(JsonValueKind.Null, (await page.GetAsync("/api/firmware")).Json.GetProperty("coprocessor").ValueKind);
    }

    [Fact]
    public async Task A_model_folder_is_uploaded_and_can_be_chosen()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using var page = new Browser(device);
        await page.SessionAsync();

        (HttpStatusCode status, JsonElement report) = await UploadAsync(page, "my-faces", Archive("arch.json", "model.onnx", "model.rnnp"));

        Assert.Equal(HttpStatusCode.Created, status);
        JsonElement model = report.GetProperty("models").EnumerateArray().Single(entry => entry.GetProperty("uploaded").GetBoolean());
        string path = model.GetProperty("name").GetString()!;
        Assert.EndsWith("/models/my-faces", path, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Shipped, "model.onnx")), File.ReadAllBytes(Path.Combine(path, "model.onnx")));
        Assert.Equal(
            ["arch.json", "model.onnx", "model.rnnp"],
            Directory.GetFiles(path).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Single(Directory.GetDirectories(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public async Task What_is_no_model_is_refused_and_leaves_nothing_behind()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using var page = new Browser(device);
        await page.SessionAsync();
        byte[] good = Archive("arch.json", "model.onnx");
        byte[] broken = Archive(("arch.json", File.ReadAllBytes(Path.Combine(Shipped, "arch.json"))), ("model.onnx", [1, 2, 3]));
        byte[] bomb = Archive(
            ("arch.json", File.ReadAllBytes(Path.Combine(Shipped, "arch.json"))),
            ("model.onnx", new byte[80 * 1024 * 1024])
        );
        byte[] climber = Archive(("../../../arch.json", File.ReadAllBytes(Path.Combine(Shipped, "arch.json"))), ("/etc/passwd", [1]));

        Assert.Equal(HttpStatusCode.BadRequest, (await UploadAsync(page, "../up", good)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await UploadAsync(page, "", good)).Status);
        foreach (
            byte[] wrong in new[] { [], "no archive"u8.ToArray(), good[..(good.Length / 2)], Archive("arch.json"), broken, bomb, climber }
        )
        {
            (HttpStatusCode status, JsonElement answer) = await UploadAsync(page, "bad", wrong);
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.EndsWith(".", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.DoesNotContain(".bad.new", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }

        string folder = device.Service<UploadedModels>().Folder;
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        using var content = new ByteArrayContent([1]);
        Assert.Equal(HttpStatusCode.Conflict, (await page.SendAsync(HttpMethod.Post, "/api/firmware/model", content)).Status);
    }

    [Fact]
    public async Task Of_two_uploads_of_one_name_at_the_same_time_one_wins_and_the_other_is_told_why()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using var page = new Browser(device);
        await page.SessionAsync();
        byte[][] archives = [Archive("arch.json", "model.onnx"), Archive("arch.json", "model.onnx", "model.rnnp")];
        for (int round = 0; round < 3; round++)
        {
            Task<(HttpStatusCode Status, JsonElement Json)>[] uploads =
            [
                .. Enumerable.Range(0, 6).Select(i => UploadAsync(page, "same", archives[i % 2])),
            ];
            (HttpStatusCode Status, JsonElement Json)[] answers = await Task.WhenAll(uploads);

            Assert.Contains(answers, answer => answer.Status == HttpStatusCode.Created);
            Assert.All(answers, answer =>
                Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.Conflict, answer.Json.ToString())
            );
            string folder = Path.Combine(device.Service<UploadedModels>().Folder, "same");
            Assert.Equal([folder], Directory.GetDirectories(Path.GetDirectoryName(folder)!));
            string[] files = [.. Directory.GetFiles(folder).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];
            Assert.Contains(files, file => file == "model.onnx");
            Assert.All(files, file =>
                Assert.Equal(File.ReadAllBytes(Path.Combine(Shipped, file)), File.ReadAllBytes(Path.Combine(folder, file)))
            );
        }
    }

    [Fact]
    public async Task An_upload_that_the_power_interrupted_leaves_the_old_model()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        var uploads = device.Service<UploadedModels>();
        uploads.Add("faces", Archive("arch.json", "model.onnx"));
        Directory.Move(Path.Combine(uploads.Folder, "faces"), Path.Combine(uploads.Folder, ".faces.old"));
        Directory.CreateDirectory(Path.Combine(uploads.Folder, ".faces.new"));

        uploads.Add("others", Archive("arch.json", "model.onnx"));

        Assert.Equal(
            ["faces", "others"],
            Directory.GetDirectories(uploads.Folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)
        );
    }

    private static async Task<(HttpStatusCode Status, JsonElement Json)> UploadAsync(Browser page, string name, byte[] archive)
    {
        using var content = new ByteArrayContent(archive);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return await page.SendAsync(HttpMethod.Post, "/api/models?name=" + Uri.EscapeDataString(name), content);
    }

    private static byte[] Archive(params string[] files) =>
        Archive([.. files.Select(file => ("face-qvga/" + file, File.ReadAllBytes(Path.Combine(Shipped, file))))]);

    private static byte[] Archive(params (string Name, byte[] Content)[] files)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in files)
            {
                using Stream entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }
}
