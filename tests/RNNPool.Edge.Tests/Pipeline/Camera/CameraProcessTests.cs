using System.Globalization;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Cli;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Pipeline.Camera;

/// <summary>The device itself with a camera program as its child.</summary>
public sealed class CameraProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnpool-edge-camera-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(CommandLine.Kill)]
    [InlineData(CommandLine.Terminate)]
    public async Task The_camera_program_goes_with_the_device_in_whatever_way_it_ends(int signal)
    {
        string program = Path.Combine(_folder, "rpicam-vid");
        await File.WriteAllTextAsync(
            program,
            $"#!/bin/bash\nenv > {_folder}/environment\necho $$ > {_folder}/pid\nwhile :; do head -c 6144 /dev/zero; sleep 0.1; done\n",
            TestContext.Current.CancellationToken
        );
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string path = $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}";
        using CommandLine device = CommandLine.Start(
            CommandLine.Program,
            ["run", "--camera", "rpicam:0?width=64&height=64", "--port", "0"],
            ("PATH", path),
            ("RNNPOOL_EDGE_DEVICE__NAME", "s3cret"),
            ("NOTIFY_SOCKET", "/nonexistent")
        );
        await Wait.UntilAsync(
            () => device.Output.Contains("delivers 64x64 I420", StringComparison.Ordinal),
            "frames",
            () => [device.Output, device.Error]
        );
        int child = int.Parse(
            (await File.ReadAllTextAsync(Path.Combine(_folder, "pid"), TestContext.Current.CancellationToken)).Trim(),
            CultureInfo.InvariantCulture
        );
        Assert.True(Runs(child));
        string environment = await File.ReadAllTextAsync(Path.Combine(_folder, "environment"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("s3cret", environment, StringComparison.Ordinal);
        Assert.DoesNotContain("NOTIFY_SOCKET", environment, StringComparison.Ordinal);

        device.Signal(signal);
        await device.ExitAsync();
        await Wait.UntilAsync(() => !Runs(child), "the camera program has gone");
    }

    [Fact]
    public async Task Doctor_and_cameras_say_what_is_there_and_how_to_get_what_is_not()
    {
        (int code, string output, _) = await CommandLine.InvokeAsync("doctor", "--json", "--camera", "v4l2:/dev/video63");
        Assert.Equal(1, code);
        Sentence.AssertNames(output, "v4l2:/dev/video63|rnnpool-edge");
        (code, output, _) = await CommandLine.InvokeAsync("cameras", "--json");
        Assert.Equal(0, code);
        Assert.Equal(
            System.Text.Json.JsonValueKind.Array,
            System.Text.Json.JsonDocument.Parse(output).RootElement.GetProperty("cameras").ValueKind
        );
        (code, output, _) = await CommandLine.InvokeAsync("cameras");
        Assert.Equal(0, code);
        Assert.NotEmpty(output);
    }

    private static bool Runs(int id)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
