using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Web;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Cli.Access;

/// <summary>
/// <c>rnnpool-edge password setup</c>: a one-time password, with which a device without a keyboard is set up from another machine. Only its
/// hash is stored.
/// </summary>
internal static class SetupPasswordCommand
{
    public static (Command Command, string Examples) Build(Terminal terminal, IDeviceComposer composer)
    {
        Option<bool> json = Terminal.JsonOption("a sentence");
        var command = new Command(
            "setup",
            "Make a one-time password and open the page of a device that is not set up to the network, by HTTPS. It ends with the setup."
        )
        {
            json,
        };
        SharedOptions shared = SharedOptions.AddToPlain(command, composer);
        command.SetAction(result =>
        {
            TargetDevice device = shared.LoadDevice(result, setUp: true);
            string folder = StateLocation.Find(device, AccessFile.FileName);
            OwnerOnly.DropPrivileges(folder);
            RunningDevice? user = device.FindUser(folder);
            SetupReport report = Create(device, new AccessFile(new StateFolder(folder, NullLogger<StateFolder>.Instance)));
            if (result.GetValue(json))
                terminal.WriteJson(report, CommandJson.Default.SetupReport);
            else
                Write(terminal, report);
            if (user is null)
                terminal.Hint("No device that this user may see uses it; start the device, as with sudo systemctl start rnnpool-edge.");
            return ExitCode.Ok;
        });
        return (command, "  sudo rnnpool-edge password setup");
    }

    private static SetupReport Create(TargetDevice device, AccessFile file)
    {
        if (NoCamera.IsCamera(Find(device.Settings, CameraOptions.SectionName, nameof(CameraOptions.Source))))
            throw new CommandException("The device is set up already.", "rnnpool-edge password set sets its password.");
        if (
            device.Settings.Values.Keys.Any(key =>
                key.StartsWith($"{WebOptions.SectionName}:{nameof(WebOptions.Listen)}:", StringComparison.OrdinalIgnoreCase)
            )
        )
            throw new CommandException("Web:Listen names the addresses of the page.", "rnnpool-edge password set sets its password.");
        string? network = Find(device.Settings, WebOptions.SectionName, nameof(WebOptions.Network));
        if (IsNetwork(network, NetworkAccess.Off))
            throw new CommandException("Web:Network is Off.", "Remove Web:Network from the settings, or set it to Https.");
        string password = SetupPassword.Generate();
        try
        {
            if (file.Read() is { Password: not null, IsForSetup: false })
                throw new CommandException(
                    "A password is set already.",
                    "To open the page with a one-time password instead, remove it first with rnnpool-edge password remove."
                );
            file.Write(new StoredAccess(PasswordHash.Create(password), [], IsForSetup: true));
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(exception.Message, "Run it as root or as the user of the device.", ExitCode.Failure, exception);
        }

        string port = Find(device.Settings, WebOptions.SectionName, nameof(WebOptions.NetworkPort)) ?? $"{new WebOptions().NetworkPort}";
        string scheme = IsNetwork(network, NetworkAccess.Http) ? "http" : "https";
        return new SetupReport([.. LocalAddresses.FindHosts().Select(host => $"{scheme}://{host}:{port}")], password);
    }

    private static bool IsNetwork(string? text, NetworkAccess access) =>
        Enum.TryParse(text, ignoreCase: true, out NetworkAccess named) && named == access;

    private static string? Find(DeviceSettings settings, string section, string key) =>
        settings.Values.GetValueOrDefault($"{section}:{key}").Value;

    private static void Write(Terminal terminal, SetupReport report)
    {
        terminal.WriteLine("Set the device up in a browser on another machine:");
        foreach (string address in report.Addresses)
            terminal.WriteLine($"  {address}");
        if (report.Addresses.Count == 0)
            terminal.WriteLine("  this machine has no address in a network yet; the log of the device shows it later");
        terminal.WriteLine($"One-time password: {report.Password}");
        terminal.WriteLine("The browser warns once, because the device makes its certificate itself. The password ends with the setup.");
    }
}
