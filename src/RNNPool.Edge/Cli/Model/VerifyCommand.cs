using System.CommandLine;
using RNNPool.Edge.Core;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Packages;

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
        var json = Terminal.JsonOption("text");
        var command = new Command("verify", "Check every field, offset, weight and bound of packages.") { files, json };
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
                    var verdict = new PackageVerdict(
                        file,
                        true,
                        null,
                        package.Header.Name,
                        package.Layers.Count,
                        package.Data.Length,
                        Convert.ToHexStringLower(package.Hash)
                    );
                    verdicts.Add(verdict);
                    if (!result.GetValue(json))
                        terminal.WriteLine(
                            $"{file}: {verdict.Name}, {verdict.Layers} layers, {verdict.Bytes} bytes, SHA-256 {verdict.Sha256}: valid"
                        );
                }
                catch (ModelException exception)
                {
                    terminal.Fail(exception.Message);
                    verdicts.Add(new PackageVerdict(file, false, exception.Message, null, null, null, null));
                }
            }

            if (result.GetValue(json))
                terminal.WriteJson(verdicts, ModelJson.Default.PackageVerdictList);
            return verdicts.TrueForAll(verdict => verdict.Valid) ? ExitCode.Ok : ExitCode.Failure;
        });
        return command;
    }
}
