using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Cli;

/// <summary>The first run of the program: from no configuration file to a device that detects.</summary>
public sealed class FirstRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Without_a_supervisor_the_process_writes_a_new_file_and_restarts_the_device_itself()
    {
        string file = Path.Combine(_folder.Path, "new.json");
        using CommandLine device = Start(file, supervised: false, out HttpClient client);
        using (client)
        {
            await device.AddressAsync();
            Assert.False(File.Exists(file));

            string started = await SetUpAsync(client);

            await ConfiguredAsync(client, device, started);
            Assert.Contains("synthetic:", await File.ReadAllTextAsync(file, Cancellation), StringComparison.Ordinal);
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite));
            device.Signal(CommandLine.Interrupt);
            Assert.Equal(0, await device.ExitAsync());
        }
    }

    [Fact]
    public async Task A_service_manager_starts_the_process_again()
    {
        using CommandLine device = Start(Path.Combine(_folder.Path, "new.json"), supervised: true, out HttpClient client);
        using (client)
        {
            await device.AddressAsync();

            await SetUpAsync(client);

            Assert.Equal(75, await device.ExitAsync());
        }
    }

    [Fact]
    public async Task A_user_without_permission_for_the_file_of_the_system_has_one_in_the_home_folder()
    {
        Assert.SkipUnless(
            Environment.IsPrivilegedProcess && !Directory.Exists("/etc/rnnpool-edge"),
            "It needs root to become another user."
        );
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)511);
        int port = FreePort();
        using CommandLine device = CommandLine.Start(
            "setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups", CommandLine.Program, "run", "--port", $"{port}"],
            ("HOME", _folder.Path),
            ("XDG_CONFIG_HOME", null),
            ("XDG_STATE_HOME", Path.Combine(_folder.Path, "state"))
        );
        using HttpClient client = Client(port);
        await device.AddressAsync();
        JsonElement settings = await client.GetFromJsonAsync<JsonElement>("/api/settings", Cancellation);
        Assert.True(settings.GetProperty("writable").GetBoolean());
        string file = Path.Combine(_folder.Path, ".config/rnnpool-edge/config.json");
        Assert.Equal(file, settings.GetProperty("file").GetString());

        string started = await SetUpAsync(client);

        await ConfiguredAsync(client, device, started);
        Assert.True(File.Exists(file));
    }

    private static CommandLine Start(string file, bool supervised, out HttpClient client)
    {
        int port = FreePort();
        client = Client(port);
        return CommandLine.Start(
            CommandLine.Program,
            ["run", "--config", file, "--port", $"{port}"],
            ("NOTIFY_SOCKET", supervised ? Path.Combine(Path.GetDirectoryName(file)!, "manager") : null)
        );
    }

    private static HttpClient Client(int port) => new() { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Chooses a camera, as the page does, and restarts the device.</summary>
    /// <returns>When the device started.</returns>
    private static async Task<string> SetUpAsync(HttpClient client)
    {
        JsonElement session = await client.GetFromJsonAsync<JsonElement>("/api/session", Cancellation);
        Assert.False(session.GetProperty("configured").GetBoolean());
        string started = (await StartTimeAsync(client))!;
        client.DefaultRequestHeaders.Add("X-CSRF-Token", session.GetProperty("csrfToken").GetString());
        using HttpResponseMessage changed = await client.PatchAsJsonAsync(
            "/api/settings",
            new Dictionary<string, string> { ["Camera:Source"] = "synthetic:" },
            Cancellation
        );
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        using HttpResponseMessage restart = await client.PostAsJsonAsync("/api/control", new { restart = true }, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, restart.StatusCode);
        return started;
    }

    /// <summary>Waits until the device has started again, with a camera.</summary>
    private static async Task ConfiguredAsync(HttpClient client, CommandLine device, string started)
    {
        using var limit = new CancellationTokenSource(Wait.Patience);
        while (await StartTimeAsync(client) is var now && (now is null || now == started))
        {
            Assert.False(limit.IsCancellationRequested, $"The device has not started again.\n{device.Output}\n{device.Error}");
            await Task.Delay(50, Cancellation);
        }

        JsonElement session = await client.GetFromJsonAsync<JsonElement>("/api/session", Cancellation);
        Assert.True(session.GetProperty("configured").GetBoolean());
    }

    private static async Task<string?> StartTimeAsync(HttpClient client)
    {
        try
        {
            return (await client.GetFromJsonAsync<JsonElement>("/api/state", Cancellation)).GetProperty("startTime").GetString();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
