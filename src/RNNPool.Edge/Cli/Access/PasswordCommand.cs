using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Core;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Web;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Cli.Access;

/// <summary><c>rnnpool-edge password</c>: manages the password of the page on the machine itself; the device may be running.</summary>
internal static class PasswordCommand
{
    /// <summary>The command and its subcommands, the command itself first.</summary>
    public static IReadOnlyList<(Command Command, string Examples)> Build(Terminal terminal, IDeviceComposer composer)
    {
        var command = new Command("password", "Set or remove the password of the page, also when it is forgotten.");
        (Command Command, string Examples)[] parts =
        [
            Part(
                terminal,
                composer,
                "set",
                "Set the password, which is prompted for or read from standard input. A running device applies it, ends all sessions "
                    + "and deletes the API tokens.",
                "  sudo rnnpool-edge password set\n  pwgen 20 1 | sudo rnnpool-edge password set",
                SetAsync
            ),
            Part(
                terminal,
                composer,
                "remove",
                "Remove the password and the API tokens. Only this machine can use the page then.",
                "  sudo rnnpool-edge password remove",
                static (file, _, keep, _) => Task.FromResult(Remove(file, keep))
            ),
            Part(
                terminal,
                composer,
                "status",
                "Show whether there is a password, and where it is kept.",
                "  sudo rnnpool-edge password status --json",
                static (file, _, _, _) => Task.FromResult(file.Read())
            ),
            SetupPasswordCommand.Build(terminal, composer),
        ];
        foreach ((Command part, _) in parts)
            command.Add(part);
        return [(command, "  sudo rnnpool-edge password set\n  sudo rnnpool-edge password remove"), .. parts];
    }

    private static (Command Command, string Examples) Part(
        Terminal terminal,
        IDeviceComposer composer,
        string name,
        string description,
        string examples,
        Func<AccessFile, Terminal, bool, CancellationToken, Task<StoredAccess>> work
    )
    {
        Option<bool> json = Terminal.JsonOption("a sentence");
        var command = new Command(name, description) { json };
        var keep = new Option<bool>("--keep-tokens") { Description = "Keep the API tokens and the signed addresses of pictures." };
        if (name != "status")
            command.Add(keep);
        SharedOptions shared = SharedOptions.AddToPlain(command, composer);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                TargetDevice device = shared.LoadDevice(result);
                DeviceSettings settings = device.Settings;
                string folder = StateLocation.Find(device, AccessFile.FileName);
                OwnerOnly.DropPrivileges(folder);
                RunningDevice? user = device.FindUser(folder);
                var file = new AccessFile(new StateFolder(folder, NullLogger<StateFolder>.Instance));
                StoredAccess access = await ExecuteAsync(file, () =>
                        file.Failure is { } failure
                            ? throw new IOException(failure)
                            : work(file, terminal, name != "status" && result.GetValue(keep), cancellationToken)
                    )
                    .ConfigureAwait(false);
                var report = new PasswordReport(file.Path, access.Password is not null, access.Tokens.Count, user?.Process);
                if (result.GetValue(json))
                    terminal.WriteJson(report, CommandJson.Default.PasswordReport);
                else
                    terminal.WriteLine(
                        (
                            access.IsForSetup ? "A one-time password for the setup is set"
                            : report.PasswordSet ? "A password is set"
                            : "No password is set: only this machine may use the page"
                        )
                            + $" ({report.File}; {report.Tokens} API tokens). "
                            + (user is null ? "No device that this user may see uses it." : $"{user} uses it.")
                    );
                if (user is null && device.DescribeHidden() is { } hidden)
                    terminal.Hint(hidden);
                if (
                    name == "remove"
                    && WebOptionsValidator.Reachable(settings.Values.Where(IsListen).Select(setting => setting.Value.Value)) is { } open
                )
                {
                    terminal.Hint($"Web:Listen is {open}, which other machines can reach; the device needs a password to start again.");
                }

                return ExitCode.Ok;
            }
        );
        return (command, examples);
    }

    private static bool IsListen(KeyValuePair<string, Setting> setting) =>
        setting.Key.StartsWith($"{WebOptions.SectionName}:{nameof(WebOptions.Listen)}:", StringComparison.OrdinalIgnoreCase);

    private static async Task<StoredAccess> SetAsync(
        AccessFile file,
        Terminal terminal,
        bool keepTokens,
        CancellationToken cancellationToken
    )
    {
        // Reports an unusable file before the user types a password.
        StoredAccess access = ReadOrPutAside(file, terminal);
        string password = await HiddenInput.ReadLineAsync(terminal, "New password", cancellationToken).ConfigureAwait(false);
        if (PasswordHash.Validate(password) is { } complaint)
            throw new CommandException(complaint);
        if (
            !Console.IsInputRedirected
            && await HiddenInput.ReadLineAsync(terminal, "Once more", cancellationToken).ConfigureAwait(false) != password
        )
        {
            throw new CommandException("The two passwords differ.", "Nothing was changed; run it again.");
        }

        StoredPassword stored = PasswordHash.Create(password);

        // A running device may have created a token in the meantime.
        access = (File.Exists(file.Path) ? file.Read() : access).Change(stored, keepTokens);
        file.Write(access);
        return access;
    }

    private static StoredAccess Remove(AccessFile file, bool keepTokens)
    {
        StoredAccess access = file.Read();
        if (access.Password is null)
            return access;
        access = access.Change(null, keepTokens);
        file.Write(access);
        return access;
    }

    /// <summary>Renames a damaged file, because it blocks all access.</summary>
    private static StoredAccess ReadOrPutAside(AccessFile file, Terminal terminal)
    {
        try
        {
            return file.Read();
        }
        catch (InvalidDataException exception) when (exception.InnerException is JsonException)
        {
            string aside = file.Path + ".damaged";
            AtomicFile.Replace(file.Path, aside);
            terminal.Hint($"{file.Path} was damaged and was renamed to {aside}; its API tokens are lost.");
            return StoredAccess.None;
        }
    }

    private static async Task<StoredAccess> ExecuteAsync(AccessFile file, Func<Task<StoredAccess>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            string hint =
                exception.InnerException is JsonException
                    ? "rnnpool-edge password set renames the damaged file and creates a new one."
                    : $"Run it as root or as the user of the device, who owns {Path.GetDirectoryName(file.Path)}; "
                        + "--set Device:StateFolder=FOLDER names another folder.";
            throw new CommandException(exception.Message, hint, ExitCode.Failure, exception);
        }
    }
}
