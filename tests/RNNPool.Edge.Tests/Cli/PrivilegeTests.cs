using System.Diagnostics;
using System.Text.Json;
using RNNPool.Edge.Core;
using RNNPool.Edge.Testing;

namespace RNNPool.Edge.Tests.Cli;

/// <summary>Commands that root runs on files that another user may write.</summary>
public sealed class PrivilegeTests : IDisposable
{
    private const string Owner = "65534:65534";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Doctor_reads_no_secret_of_root_for_the_owner_of_the_configuration(bool link)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can become another user.");
        string secret = Path.Combine(_folder.Path, "secret"),
            folder = Path.Combine(_folder.Path, "config"),
            state = Path.Combine(folder, "state"),
            target = Path.Combine(folder, link ? "target.json" : "config.json"),
            file = Path.Combine(folder, "config.json");
        Directory.CreateDirectory(state);
        await File.WriteAllTextAsync(secret, "root's secret\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(secret, UnixFileMode.UserRead);
        File.SetUnixFileMode(
            _folder.Path,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute
        );
        await File.WriteAllTextAsync(
            target,
            $$$"""
            { "Mqtt": { "Host": "127.0.0.1", "Port": 1, "UserName": "u", "PasswordFile": "{{{secret}}}" },
              "Device": { "StateFolder": "{{{state}}}" } }
            """,
            TestContext.Current.CancellationToken
        );
        if (link)
            File.CreateSymbolicLink(file, target);
        await RunAsync("chown", "-hR", Owner, folder);
        if (link)
            await RunAsync("chown", "0:0", target);
        File.SetUnixFileMode(target, File.GetUnixFileMode(target) | UnixFileMode.OtherRead);

        using CommandLine command = CommandLine.Start("doctor", "--json", "--config", file);
        await command.ExitAsync();

        JsonElement broker = JsonDocument
            .Parse(command.Output)
            .RootElement.EnumerateArray()
            .Single(check => check.GetProperty("check").GetString() == "broker");
        Assert.Equal("failed", broker.GetProperty("outcome").GetString());
        Assert.Contains(secret, broker.GetProperty("finding").GetString(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(state));
    }

    [Fact]
    public void A_probe_leaves_nothing_and_has_a_name_that_nobody_predicts()
    {
        var names = new List<string>();
        using var watcher = new FileSystemWatcher(_folder.Path);
        watcher.Created += (_, created) =>
        {
            lock (names)
                names.Add(created.Name!);
        };
        watcher.EnableRaisingEvents = true;

        FolderProbe.Write(_folder.Path);
        FolderProbe.Write(_folder.Path);
        SpinWait.SpinUntil(
            () =>
            {
                lock (names)
                    return names.Count == 2;
            },
            TimeSpan.FromSeconds(10)
        );

        Assert.Equal(2, names.Distinct().Count());
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }
}
