using System.CommandLine;
using RNNPool.Edge.Core;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Models.Signatures;

namespace RNNPool.Edge.Cli.Model;

/// <summary><c>rnnpool-edge model sign --key FILE MODEL...</c>: signs model folders and packages.</summary>
internal static class SignCommand
{
    public static Command Build(Terminal terminal)
    {
        var models = new Argument<string[]>("MODEL")
        {
            Description = "Model folders, or packages (model.rnnp).",
            Arity = ArgumentArity.OneOrMore,
        };
        var key = new Option<string>("--key")
        {
            Description = "The private key, as model keygen or openssl genpkey -algorithm ed25519 writes it.",
            HelpName = "FILE.pem",
            Required = true,
        };
        var json = Terminal.JsonOption("text");
        var command = new Command("sign", "Sign model folders (model.sig) and packages (FILE.sig) for devices with Model:Keys.")
        {
            models,
            key,
            json,
        };
        command.SetAction(result =>
        {
            SigningKey signing = Load(result.GetValue(key)!);
            var signed = new List<SignatureSummary>();
            foreach (string model in result.GetValue(models)!)
            {
                if (File.Exists(model))
                    ModelPackage.Load(model);
                else
                    ModelFolder.Open(model);
                signed.Add(new SignatureSummary(model, ModelSignature.Sign(model, signing), signing.PublicKey.ToString()));
            }

            if (result.GetValue(json))
                terminal.WriteJson(signed, ModelJson.Default.SignatureSummaryList);
            else
                signed.ForEach(entry => terminal.WriteLine($"{entry.File}: signed with the key {entry.Key}"));
            return ExitCode.Ok;
        });
        return command;
    }

    private static SigningKey Load(string path)
    {
        try
        {
            return SigningKey.Load(path);
        }
        catch (ModelException exception)
        {
            throw new CommandException(exception.Message, "Create a key with rnnpool-edge model keygen.");
        }
    }
}
