using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Transports;
using RNNPool.Edge.Pipeline.Camera;

namespace RNNPool.Edge.Diagnostics.Checks;

/// <summary>Whether this user may use the device files that the settings name.</summary>
internal sealed partial class PermissionCheck(IServiceProvider services) : IDoctorCheck
{
    public string Name => "permissions";

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken) => Task.FromResult(Judge(Devices()));

    /// <param name="devices">Device files, and the group that Debian gives them.</param>
    internal CheckResult Judge(IReadOnlyList<(string Path, string Group)> devices)
    {
        if (devices.Count == 0)
            return new CheckResult(Name, CheckOutcome.Off, "No device file is configured.");
        const int ReadAndWrite = 4 | 2;
        (string Path, string Group)[] refused =
        [
            .. devices.Where(device => File.Exists(device.Path) && Access(device.Path, ReadAndWrite) != 0),
        ];
        if (refused.Length == 0)
            return new CheckResult(
                Name,
                CheckOutcome.Ok,
                $"{string.Join(", ", devices.Select(device => device.Path))} may be used, as far as they exist."
            );
        string groups = string.Join(',', refused.Select(device => device.Group).Distinct());
        return new CheckResult(
            Name,
            CheckOutcome.Failed,
            $"{Environment.UserName} may not read and write {string.Join(", ", refused.Select(device => device.Path))}.",
            $"Add the user to {groups} with 'sudo usermod -aG {groups} {Environment.UserName}' and log in again; for a service, use SupplementaryGroups= of systemd."
        );
    }

    private List<(string Path, string Group)> Devices()
    {
        var devices = new List<(string Path, string Group)>();
        string? camera = services.GetRequiredService<IConfiguration>()[$"{CameraOptions.SectionName}:{nameof(CameraOptions.Source)}"];
        if (camera?.StartsWith("v4l2:/", StringComparison.OrdinalIgnoreCase) == true)
            devices.Add((camera["v4l2:".Length..].Split('?')[0], "video"));
        IConfigurationSection gpio = services.GetRequiredService<IConfiguration>().GetSection("Gpio");
        if (gpio.GetChildren().Any() && !gpio.GetValue<bool>("Simulated"))
            devices.AddRange(Directory.GetFiles("/dev", "gpiochip*").Select(chip => (chip, "gpio")));
        Pipeline.Coprocessor.CoprocessorOptions coprocessor = services
            .GetRequiredService<IOptions<Pipeline.Coprocessor.CoprocessorOptions>>()
            .Value;
        if (
            coprocessor.Endpoint is { } endpoint
            && LinkEndpoint.TryParse(endpoint, out LinkEndpoint? parsed, out _)
            && endpoint.StartsWith("serial:", StringComparison.OrdinalIgnoreCase)
        )
            devices.Add((parsed.Path, "dialout"));
        return devices;
    }

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}
