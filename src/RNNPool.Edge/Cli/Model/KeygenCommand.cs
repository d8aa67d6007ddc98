using System.CommandLine;
using System.Text;
using RNNPool.Edge.Core;
using RNNPool.Edge.Models.Signatures;

namespace RNNPool.Edge.Cli.Model;

/// <summary><c>rnnpool-edge model keygen</c>: creates a key that signs models.</summary>
internal static class KeygenCommand
{
    public static Command Build(Terminal terminal)
    {
        var output = new Option<string>("--out")
        {
            Description = "The private key to write. It must not exist.",
            HelpName = "FILE.pem",
            Required = true,
        };
        var json = Terminal.JsonOption("text");
        var command = new Command("keygen", "Create a key that signs models, and print its public key for Model:Keys.") { output, json };
        command.SetAction(result =>
        {
            string path = result.GetValue(output)!;
            if (Path.Exists(path))
                throw new CommandException($"{path} exists already.", "Name another file with --out.");
            SigningKey key = SigningKey.Create();
            try
            {
                AtomicFile.Write(path, Encoding.ASCII.GetBytes(key.ToPem()), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new CommandException($"{path}: the private key cannot be written: {exception.Message.TrimEnd('.')}.");
            }

            if (result.GetValue(json))
                terminal.WriteJson(new KeySummary(path, key.PublicKey.ToString()), ModelJson.Default.KeySummary);
            else
                terminal.WriteLine(key.PublicKey.ToString());
            return ExitCode.Ok;
        });
        return command;
    }
}
