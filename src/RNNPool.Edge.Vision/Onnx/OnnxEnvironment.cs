using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using RNNPool.Edge.Models;

namespace RNNPool.Edge.Vision.Onnx;

/// <summary>
/// The process's ONNX Runtime, started with telemetry off: since 1.29 its official Linux binaries otherwise report sessions
/// and hashes of models to a server.
/// </summary>
internal static partial class OnnxEnvironment
{
    /// <summary>The variable that the native library reads once, when it starts.</summary>
    public const string TelemetrySwitch = "ORT_DISABLE_TELEMETRY";

    private static readonly Lazy<OrtEnv> Started = new(Start);

    /// <summary>Starts ONNX Runtime unless it runs already; must be called before anything else of it is used.</summary>
    /// <exception cref="ModelException">It is not installed.</exception>
    public static OrtEnv Instance => Started.Value;

    private static OrtEnv Start()
    {
        // On Unix the managed environment is a copy that native code does not see, so the variable is also set in the C library.
        Environment.SetEnvironmentVariable(TelemetrySwitch, "1");
        if (!OperatingSystem.IsWindows() && SetEnv(TelemetrySwitch, "1", 1) != 0)
            throw new InvalidOperationException(
                $"The environment variable {TelemetrySwitch} could not be set, so ONNX Runtime is not started."
            );

        // After the variable is set, which the library may read while it is loaded. Without this check the managed library would fail
        // with the exception of a static constructor.
        if (!NativeLibrary.TryLoad("onnxruntime", typeof(OrtEnv).Assembly, null, out _))
            throw new ModelException(
                "ONNX Runtime is not installed; it runs models without a quantized package (model.rnnp). "
                    + "Install the package rnnpool-edge-onnx."
            );

        OrtEnv environment = OrtEnv.Instance();
        environment.DisableTelemetryEvents();
        environment.EnvLogLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
        return environment;
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int SetEnv(string name, string value, int overwrite);
}
