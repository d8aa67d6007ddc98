using System.CommandLine;
using RNNPool.Edge.Core;
using RNNPool.Edge.Web.State;

namespace RNNPool.Edge.Cli;

/// <summary><c>rnnpool-edge version</c>: prints versions.</summary>
internal static class VersionCommand
{
    public static (Command Command, string Examples) Build(Terminal terminal)
    {
        Option<bool> json = Terminal.JsonOption();
        var command = new Command("version", "Show the versions of this program, its runtimes and the machine.") { json };
        command.SetAction(result =>
        {
            VersionReport versions = ProcessSection.Versions;
            if (result.GetValue(json))
                terminal.WriteJson(versions, CommandJson.Default.VersionReport);
            else
                terminal.Write(
                    Tables.Pairs(
                        "what",
                        "version",
                        [
                            ("rnnpool-edge", versions.Device),
                            (".NET", versions.Runtime),
                            ("ONNX Runtime", versions.OnnxRuntime),
                            ("system", versions.Os),
                        ]
                    )
                );
            return ExitCode.Ok;
        });
        return (command, "  rnnpool-edge version --json");
    }
}
