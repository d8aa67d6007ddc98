using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using RNNPool.Edge.Core;
using RNNPool.Edge.Models;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Evaluation;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Cli;

/// <summary>Converts an exception to an error message and an exit code.</summary>
internal static class Failure
{
    /// <param name="exception">The exception.</param>
    /// <param name="terminal">Receives the message and the hint.</param>
    /// <param name="name">Replaces keys of settings by what the user has used.</param>
    public static int Report(Exception exception, Terminal terminal, Func<string, string> name)
    {
        if (Terminal.Debug)
            Console.Error.WriteLine(exception);
        switch (exception)
        {
            case CommandException command:
                terminal.Fail(name(command.Message), command.Hint is { } hint ? name(hint) : null);
                return command.ExitCode;
            case Exception when SettingFailures.Read(exception) is { Length: > 0 } sentences:
                terminal.Fail(
                    name(string.Join('\n', sentences)),
                    "docs/configuration.md lists every key with its default and what is allowed."
                );
                return ExitCode.Configuration;
            case ModelException:
                terminal.Fail(exception.Message, name("A model folder holds arch.json and model.onnx; name it with Model:Path."));
                return ExitCode.Failure;
            case AnnotationException:
                terminal.Fail(exception.Message, "docs/cli.md describes the format of annotations.");
                return ExitCode.Failure;
            case CameraException:
                terminal.Fail(exception.Message, "'rnnpool-edge cameras' lists the cameras; docs/cameras.md describes their names.");
                return ExitCode.Failure;
            case ImageException:
                terminal.Fail(exception.Message, "Pictures may be JPEG, PNG, WebP, GIF or BMP.");
                return ExitCode.Failure;
            case IOException { InnerException: AddressInUseException }:
                terminal.Fail(exception.Message, "Another program, perhaps another rnnpool-edge, uses the port; choose another one.");
                return ExitCode.Failure;
            case OperationCanceledException:
                terminal.Fail("Interrupted.");
                return ExitCode.Interrupted;
            case UnauthorizedAccessException:
                terminal.Fail(exception.Message, "This user lacks the permission; run the command as another user, for example with sudo.");
                return ExitCode.Failure;
            case IOException or SocketException:
                terminal.Fail(exception.Message);
                return ExitCode.Failure;
            default:
                terminal.Fail(
                    $"Unexpected {exception.GetType().Name}: {exception.Message}",
                    "Run it again with RNNPOOL_EDGE_DEBUG=1 for all details."
                );
                return ExitCode.Failure;
        }
    }
}
