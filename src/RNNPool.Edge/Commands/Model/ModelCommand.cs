using System.CommandLine;

namespace RNNPool.Edge.Commands.Model;

/// <summary><c>rnnpool-edge model</c>: quantized packages for coprocessors.</summary>
internal static class ModelCommand
{
    public static (Command Command, string Examples) Build(Terminal terminal)
    {
        var command = new Command("model", "Make, show, check and measure quantized packages (model.rnnp).")
        {
            QuantizeCommand.Build(terminal), InspectCommand.Build(terminal), VerifyCommand.Build(terminal), CompareCommand.Build(terminal),
        };
        return (command, """
              rnnpool-edge model quantize --arch models/face-qvga/arch.json --weights models/face-qvga/weights.safetensors --calibration pictures --out model.rnnp
              rnnpool-edge model inspect models/face-qvga/model.rnnp
              rnnpool-edge model verify models/face-qvga/model.rnnp
              rnnpool-edge model compare models/face-qvga faces/val.csv
            """);
    }
}
