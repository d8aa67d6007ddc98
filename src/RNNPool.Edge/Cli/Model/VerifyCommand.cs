using System.CommandLine;
using RNNPool.Edge.Core;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Models.Signatures;

namespace RNNPool.Edge.Cli.Model;

/// <summary><c>rnnpool-edge model verify FILE...</c>: verifies packages.</summary>
internal static class VerifyCommand
{
    public static Command Build(Terminal terminal)
    {
        var files = new Argument<string[]>("PACKAGE")
        {
            Description = "Packages, or model folders with model.rnnp.",
            Arity = ArgumentArity.OneOrMore,
        };
        var key = new Option<string?>("--key")
        {
            Description = "A public key, as model keygen prints it: the packages or model folders must be signed with it.",
            HelpName = "KEY",
        };
        key.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }, ..] && !ModelKey.TryParse(text, out _))
                result.AddError("--key must be a public Ed25519 key, 32 bytes in base64.");
        });
        var json = Terminal.JsonOption("text");
        var command = new Command("verify", "Check every field, offset, weight and bound of packages, and their signatures.")
        {
            files,
            key,
            json,
        };
        command.SetAction(result =>
        {
            var verdicts = new List<PackageVerdict>();
            foreach (string file in result.GetValue(files)!)
            {
                try
                {
                    ModelPackage package = PackageFile.Open(file);
                    long needed = ArenaPlan.Compute(package).Bytes;
                    if (package.Header.ArenaBytes < needed)
                        throw new ModelException(
                            $"{file}: the package states an arena of {package.Header.ArenaBytes} bytes, but the engine needs {needed}."
                        );
                    if (ModelKey.TryParse(result.GetValue(key), out ModelKey? signer))
                        ModelSignature.Verify(file, [signer]);
                    var verdict = new PackageVerdict(
                        file,
                        true,
                        null,
                        package.Header.Name,
                        package.Layers.Count,
                        package.Data.Length,
                        Convert.ToHexStringLower(package.Hash),
                        signer?.ToString()
                    );
                    verdicts.Add(verdict);
                    if (!result.GetValue(json))
                        terminal.WriteLine(
                            $"{file}: {verdict.Name}, {verdict.Layers} layers, {verdict.Bytes} bytes, SHA-256 {verdict.Sha256}: valid"
                                + (signer is null ? "" : $", signed with the key {signer}")
                        );
                }
                catch (ModelException exception)
                {
                    terminal.Fail(exception.Message);
                    verdicts.Add(new PackageVerdict(file, false, exception.Message, null, null, null, null, null));
                }
            }

            if (result.GetValue(json))
                terminal.WriteJson(verdicts, ModelJson.Default.PackageVerdictList);
            return verdicts.TrueForAll(verdict => verdict.Valid) ? ExitCode.Ok : ExitCode.Failure;
        });
        return command;
    }
}
