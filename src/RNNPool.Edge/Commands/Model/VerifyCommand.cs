using System.CommandLine;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Commands.Model;

/// <summary><c>rnnpool-edge model verify FILE...</c>: whether packages can be used.</summary>
internal static class VerifyCommand
{
    public static Command Build(Terminal terminal)
    {
        var files = new Argument<string[]>("PACKAGE") { Description = "Packages, or model folders with model.rnnp.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("verify", "Check every field, offset, weight and bound of packages.") { files };
        command.SetAction(result =>
        {
            int code = ExitCode.Ok;
            foreach (string file in result.GetValue(files)!)
            {
                try
                {
                    ModelPackage package = PackageFile.Open(file);
                    long needed = ArenaPlan.Compute(package).Bytes;
                    if (package.Header.ArenaBytes < needed) throw new ModelException($"{file}: the package states an arena of {package.Header.ArenaBytes} bytes, but the engine needs {needed}.");
                    terminal.WriteLine($"{file}: {package.Header.Name}, {package.Layers.Count} layers, {package.Data.Length} bytes, SHA-256 {Convert.ToHexStringLower(package.Hash)}: valid");
                }
                catch (ModelException exception)
                {
                    terminal.Fail(exception.Message);
                    code = ExitCode.Failure;
                }
            }

            return code;
        });
        return command;
    }
}
