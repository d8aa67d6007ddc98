using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using RNNPool.Edge.Core;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Tests.Cli;

/// <summary>Commands beside a running device, each a process of its own.</summary>
public sealed class RunningDeviceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string State => Path.Combine(_folder.Path, "rnnpool-edge");

    private string Configuration => Path.Combine(_folder.Path, "device.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Commands_use_the_files_of_the_device_that_runs_and_doctor_knows_its_port()
    {
        using CommandLine device = await StartAsync();

        JsonElement password = await JsonAsync("password", "status", "--json"),
            settings = await JsonAsync("config", "check", "--json"),
            checks = await JsonAsync("doctor", "--json");

        Assert.Equal(Path.Combine(State, AccessFile.FileName), password.GetProperty("file").GetString());
        Assert.Equal(device.ProcessId, password.GetProperty("process").GetInt32());
        Assert.Equal(Configuration, settings.GetProperty("file").GetString());
        Assert.Equal(device.ProcessId, settings.GetProperty("process").GetInt32());
        Dictionary<string, JsonElement> findings = checks.EnumerateArray().ToDictionary(check => check.GetProperty("check").GetString()!);
        Assert.Equal("ok", findings["port"].GetProperty("outcome").GetString());
        Assert.Equal("ok", findings["device"].GetProperty("outcome").GetString());
        string id = device.ProcessId.ToString(CultureInfo.InvariantCulture);
        Sentence.AssertNames(findings["port"].GetProperty("finding").GetString(), id);
        Sentence.AssertNames(findings["device"].GetProperty("finding").GetString(), $"{id}|{Configuration}|{State}");
        using CommandLine events = Start("events");
        Assert.Equal(0, await events.ExitAsync());
    }

    [Fact]
    public async Task Files_that_the_command_line_names_win()
    {
        using CommandLine device = await StartAsync();
        string other = _folder.File("other.json", """{ "Device": { "Name": "other" } }"""u8),
            folder = Path.Combine(_folder.Path, "other");

        JsonElement settings = await JsonAsync("config", "check", "--json", "--config", other),
            password = await JsonAsync("password", "status", "--json", "--set", $"Device:StateFolder={folder}");

        Assert.Equal(other, settings.GetProperty("file").GetString());
        Assert.False(settings.TryGetProperty("process", out _));
        Assert.Equal(Path.Combine(folder, AccessFile.FileName), password.GetProperty("file").GetString());
        Assert.False(password.TryGetProperty("process", out _));
    }

    [Fact]
    public async Task A_second_device_with_the_same_state_folder_is_refused()
    {
        using CommandLine first = await StartAsync();

        using CommandLine second = Start("run", "--config", Configuration, "--port", "0");

        Assert.Equal(ExitCode.Failure, await second.ExitAsync());
        Sentence.AssertNames(second.Error, $"{State}|{first.ProcessId}|Device:StateFolder");
        first.Signal(CommandLine.Terminate);
        Assert.Equal(0, await first.ExitAsync());

        // The folder is free again.
        using CommandLine third = Start("run", "--config", Configuration, "--port", "0");
        await third.AddressAsync();
    }

    [Fact]
    public async Task Root_finds_a_device_of_another_user_by_its_process_and_works_as_that_user()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can become another user.");
        const string Owner = "65534";
        await WriteAsync();
        Directory.CreateDirectory(State);

        // The processes of this test alone are visible within the namespace.
        string program = CommandLine.Quote(),
            script =
                $$"""
                    chown -R {{Owner}}:{{Owner}} '{{_folder.Path}}'
                    setpriv --reuid {{Owner}} --regid {{Owner}} --clear-groups {{program}} run --config '{{Configuration}}' \
                        --set 'Device:StateFolder={{State}}' >'{{_folder.Path}}/log' 2>&1 &
                    for i in $(seq 900); do [ -s '{{State}}/{{DeviceMarker.FileName}}' ] && break; sleep 0.1; done
                    echo 'correct horse battery' | {{program}} password set --json
                    kill $!
                    """;
        using CommandLine command = CommandLine.Start(
            "unshare",
            ["--pid", "--fork", "--mount-proc", "sh", "-c", script],
            ("XDG_STATE_HOME", null),
            ("HOME", Path.Combine(_folder.Path, "home"))
        );
        int code = await command.ExitAsync();
        Assert.SkipWhen(command.Error.Contains("unshare", StringComparison.Ordinal), "This machine allows no namespaces.");

        Assert.True(code == 0, command.Error + await File.ReadAllTextAsync(Path.Combine(_folder.Path, "log"), Cancellation));
        JsonElement report = JsonDocument.Parse(command.Output).RootElement;
        Assert.Equal(Path.Combine(State, AccessFile.FileName), report.GetProperty("file").GetString());
        Assert.True(report.GetProperty("passwordSet").GetBoolean());
        Assert.True(report.GetProperty("process").GetInt32() > 1);
        Assert.Equal(uint.Parse(Owner, CultureInfo.InvariantCulture), OwnerOnly.FindUser(Path.Combine(State, AccessFile.FileName)));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private Task WriteAsync() =>
        File.WriteAllTextAsync(
            Configuration,
            $$"""{ "Camera": { "Source": "synthetic:" }, "Web": { "Port": {{FreePort()}} } }""",
            Cancellation
        );

    private async Task<CommandLine> StartAsync()
    {
        await WriteAsync();
        CommandLine device = Start("run", "--config", Configuration);
        await device.AddressAsync();
        await Wait.UntilAsync(() => File.Exists(Path.Combine(State, DeviceMarker.FileName)), "the device is marked");
        return device;
    }

    private CommandLine Start(params string[] arguments) =>
        CommandLine.Start(CommandLine.Program, arguments, ("XDG_STATE_HOME", _folder.Path));

    private async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        using CommandLine command = Start(arguments);
        await command.ExitAsync();
        return JsonDocument.Parse(command.Output).RootElement;
    }
}
