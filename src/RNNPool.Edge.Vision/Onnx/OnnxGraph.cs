using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using RNNPool.Edge.Models;

namespace RNNPool.Edge.Vision.Onnx;

/// <summary>Any graph in ONNX Runtime with one thread, to measure it: its inputs are made up. One caller at a time.</summary>
public sealed class OnnxGraph : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly List<OrtValue> _inputs = [];
    private readonly List<string> _inputNames = [];

    private OnnxGraph(InferenceSession session, string path)
    {
        _session = session;
        foreach ((string name, NodeMetadata input) in session.InputMetadata)
        {
            if (!input.IsTensor)
                throw new ModelException($"{path}: the input {name} is no tensor.");
            long[] shape =
            [
                .. input.Dimensions.Select(
                    (size, i) =>
                        size > 0 ? size
                        : i == 0 ? 1L
                        : 0
                ),
            ];
            if (shape.Contains(0))
                throw new ModelException($"{path}: the input {name} has no fixed size; give the graph one, such as 1x3x240x320.");
            OrtValue value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, input.ElementDataType, shape);
            _inputNames.Add(name);
            _inputs.Add(value);
            if (input.ElementDataType == TensorElementType.Float)
                value.GetTensorMutableDataAsSpan<float>().Fill(0.25f);
            else if (input.ElementDataType is TensorElementType.UInt8 or TensorElementType.Int8)
                value.GetTensorMutableRawData().Fill(100);
            else
                throw new ModelException($"{path}: the input {name} is of type {input.ElementDataType}; it must be float or bytes.");
        }
    }

    /// <summary>Opens a graph.</summary>
    /// <exception cref="ModelException">The graph cannot be used; the message gives the reason.</exception>
    public static OnnxGraph Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path))
            throw new ModelException($"{path}: there is no such file.");
        _ = OnnxEnvironment.Instance;
        InferenceSession? session = null;
        try
        {
            using var settings = new SessionOptions
            {
                IntraOpNumThreads = 1,
                InterOpNumThreads = 1,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            };
            session = new InferenceSession(path, settings);
            return new OnnxGraph(session, path);
        }
        catch (OnnxRuntimeException error)
        {
            session?.Dispose();
            throw new ModelException($"{path}: ONNX Runtime cannot use this graph ({error.Message.ReplaceLineEndings(" ")}).", error);
        }
        catch
        {
            session?.Dispose();
            throw;
        }
    }

    /// <summary>Runs the graph and discards its outputs.</summary>
    /// <exception cref="ModelException">ONNX Runtime failed.</exception>
    public void Run()
    {
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_run, _inputNames, _inputs, _session.OutputNames);
        }
        catch (OnnxRuntimeException error)
        {
            throw new ModelException($"ONNX Runtime failed while it ran the graph ({error.Message.ReplaceLineEndings(" ")}).", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (OrtValue input in _inputs)
            input.Dispose();
        _run.Dispose();
        _session.Dispose();
    }
}
