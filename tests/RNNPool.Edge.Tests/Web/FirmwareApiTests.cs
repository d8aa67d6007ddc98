using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Core;
using RNNPool.Edge.Host;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Pipeline.Coprocessor;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Web;

/// <summary>The page uploads a package to the real firmware, in a process of its own.</summary>
public sealed class FirmwareApiTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_devices_package_goes_to_the_coprocessor_and_the_stream_tells_how_far_it_is()
    {
        using var state = new TemporaryFolder();
        using var firmware = new FirmwareProcess();
        await firmware.StartAsync(FirmwareProcess.OtherModel);
        KeyValuePair<string, string?>[] settings =
        [
            new("Camera:Source", "synthetic:"),
            new("Web:Port", "0"),
            new("Device:StateFolder", state.Path),
            new("Coprocessor:Endpoint", firmware.Endpoint),
            new("Coprocessor:Mode", "Auto"),
            new("Coprocessor:UploadModel", "false"),
        ];
        WebApplicationBuilder builder = DeviceHost.CreateBuilder(
            DeviceHost.Settings.Load(new SettingSources(null, settings, SystemFile: false))
        );
        builder.Logging.ClearProviders();
        await using WebApplication app = builder.BuildDevice();
        await app.StartAsync(Cancellation);
        using var client = new HttpClient
        {
            BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()),
        };
        client.DefaultRequestHeaders.Add("X-CSRF-Token", (await JsonAsync(client, "/api/session")).GetProperty("csrfToken").GetString());
        var status = app.Services.GetRequiredService<CoprocessorStatus>();
        await Wait.UntilAsync(
            () => status.Obstacle?.Contains("Coprocessor:UploadModel", StringComparison.Ordinal) == true,
            "the coprocessor is there, with another model",
            () => [status.Obstacle ?? ""]
        );
        JsonElement before = await JsonAsync(client, "/api/firmware");
        Assert.Equal("host", before.GetProperty("coprocessor").GetProperty("board").GetString());
        Assert.True(before.GetProperty("limit").GetInt64() > 0);

        var heard = new List<(int Percent, string State)>();
        using var listening = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task ear = ListenAsync(client, heard, listening.Token);
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(client, [1, 2, 3]));
        Assert.Equal(
            HttpStatusCode.Conflict,
            await PostAsync(client, await File.ReadAllBytesAsync(FirmwareProcess.OtherModel, Cancellation))
        );
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(client, await File.ReadAllBytesAsync(FirmwareProcess.Model, Cancellation)));
        await Wait.UntilAsync(
            () => status.Approved is not null,
            "the coprocessor runs the model",
            () => [status.Obstacle ?? "", status.LastError?.Message ?? ""]
        );
        await Wait.UntilAsync(
            () => Heard(heard).Any(news => news.State == "done"),
            "the stream says so",
            () => Heard(heard).Select(news => $"{news}")
        );

        JsonElement after = await JsonAsync(client, "/api/firmware");
        Assert.Equal("face-qvga", after.GetProperty("coprocessor").GetProperty("model").GetString());
        Assert.Contains(after.GetProperty("slots").EnumerateArray(), slot => slot.GetProperty("model").GetString() == "face-qvga");
        Assert.Equal(Heard(heard).Select(news => news.Percent).Order(), Heard(heard).Select(news => news.Percent));
        await listening.CancelAsync();
        await ear;
        await app.StopAsync(CancellationToken.None);
    }

    private static async Task ListenAsync(HttpClient client, List<(int Percent, string State)> heard, CancellationToken cancellationToken)
    {
        try
        {
            using var reader = new StreamReader(await client.GetStreamAsync(new Uri("/api/stream", UriKind.Relative), cancellationToken));
            for (
                string? line = await reader.ReadLineAsync(cancellationToken), name = "";
                line is not null;
                line = await reader.ReadLineAsync(cancellationToken)
            )
            {
                if (line.StartsWith("event: ", StringComparison.Ordinal))
                    name = line["event: ".Length..];
                if (name != "upload" || !line.StartsWith("data: ", StringComparison.Ordinal))
                    continue;
                JsonElement news = JsonDocument.Parse(line["data: ".Length..]).RootElement;
                lock (heard)
                    heard.Add((news.GetProperty("percent").GetInt32(), news.GetProperty("state").GetString()!));
            }
        }
        catch (OperationCanceledException)
        {
            // The test has received enough.
        }
    }

    private static (int Percent, string State)[] Heard(List<(int Percent, string State)> heard)
    {
        lock (heard)
            return [.. heard];
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, byte[] package)
    {
        using var content = new ByteArrayContent(package);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using HttpResponseMessage response = await client.PostAsync(
            new Uri("/api/firmware/model", UriKind.Relative),
            content,
            Cancellation
        );
        return response.StatusCode;
    }

    private static async Task<JsonElement> JsonAsync(HttpClient client, string path) =>
        JsonDocument.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative), Cancellation)).RootElement;
}
