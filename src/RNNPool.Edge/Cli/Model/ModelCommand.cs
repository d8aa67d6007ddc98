using System.CommandLine;
using RNNPool.Edge.Settings;

namespace RNNPool.Edge.Cli.Model;

/// <summary><c>rnnpool-edge model</c>: quantized packages for coprocessors.</summary>
internal static class ModelCommand
{
    /// <summary>The command and its subcommands, the command itself first.</summary>
    public static IReadOnlyList<(Command Command, string Examples)> Build(Terminal terminal, IDeviceComposer composer)
    {
        (Command Command, string Examples) list = ListCommand.Build(terminal, composer);
        var command = new Command("model", "List and sign models; create, show, check and measure quantized packages (model.rnnp).")
        {
            list.Command,
            QuantizeCommand.Build(terminal),
            InspectCommand.Build(terminal),
            VerifyCommand.Build(terminal),
            CompareCommand.Build(terminal),
            KeygenCommand.Build(terminal),
            SignCommand.Build(terminal),
        };
        return
        [
            (
                command,
                """
                  rnnpool-edge model list
                  rnnpool-edge model quantize --arch arch.json --weights weights.safetensors --calibration pictures --out model.rnnp
                  rnnpool-edge model inspect models/face-qvga/model.rnnp
                  rnnpool-edge model verify models/face-qvga/model.rnnp
                  rnnpool-edge model compare models/face-qvga faces/val.csv
                  rnnpool-edge model keygen --out model-key.pem
                  rnnpool-edge model sign --key model-key.pem my-faces
                """
            ),
            list,
        ];
    }
}
