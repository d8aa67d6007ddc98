using Microsoft.ML.OnnxRuntime;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Models.Folders;

namespace RNNPool.Edge.Vision.Onnx;

/// <summary>
/// One network in ONNX Runtime with its input and output tensors, which are allocated once and reused: a run allocates
/// nothing on the managed heap. One caller at a time.
/// </summary>
public sealed class OnnxModel : IDisposable
{
    // The largest graph that is opened: a limit for invalid files.
    private const long MaxBytes = 1L << 30;

    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _run = new();
    private readonly List<IDisposable> _tensors = [];
    private readonly float[] _image;
    private readonly float[] _logits;
    private readonly float[] _offsets;

    // Freeing native memory while the network runs would crash the process, so Dispose waits for the run.
    private readonly Lock _running = new();
    private bool _disposed;

    private OnnxModel(InferenceSession session, NetworkArchitecture network, string path)
    {
        _session = session;
        InputSpec input = network.Input;
        bool detection = network.Task == NetworkTask.Detection;
        long scores = detection ? network.Anchors.Count : network.Labels.Count;
        CheckTensor(session.InputMetadata, "input", "image", path, input.Channels, input.Height, input.Width);
        CheckTensor(session.OutputMetadata, "output", "logits", path, scores);
        if (detection)
            CheckTensor(session.OutputMetadata, "output", "offsets", path, scores, 4);
        if (session.InputMetadata.Count != 1)
            throw new ModelException($"{path}: the graph has {session.InputMetadata.Count} inputs; it must have one, image.");

        _binding = session.CreateIoBinding();
        _image = Allocate(out OrtValue image, 1, input.Channels, input.Height, input.Width);
        _binding.BindInput("image", image);
        _logits = Allocate(out OrtValue logits, 1, scores);
        _binding.BindOutput("logits", logits);
        _offsets = [];
        if (!detection)
            return;
        _offsets = Allocate(out OrtValue offsets, 1, scores, 4);
        _binding.BindOutput("offsets", offsets);
    }

    /// <summary>The input tensor, channels * height * width values, to be filled before <see cref="Run"/>.</summary>
    public Span<float> Image => _image;

    /// <summary>Logits of the last run: one per anchor of a detector, or one per class of a classifier.</summary>
    public ReadOnlySpan<float> Logits => _logits;

    /// <summary>Four values per anchor of a detector; empty for a classifier.</summary>
    public ReadOnlySpan<float> Offsets => _offsets;

    /// <summary>Opens the graph of a model folder and checks that its tensors are those that <c>arch.json</c> describes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">Threads and other options of ONNX Runtime.</param>
    /// <exception cref="ModelException">The graph cannot be loaded, or its tensors have other names, types or shapes.</exception>
    public static OnnxModel Open(ModelFolder model, OnnxOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        string path = model.OnnxPath;
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new ModelException($"{path}: there is no such file.");
        if (file.Length > MaxBytes)
            throw new ModelException($"{path}: the file has {file.Length} bytes, more than the {MaxBytes} that are accepted.");

        _ = OnnxEnvironment.Instance;
        InferenceSession? session = null;
        try
        {
            using SessionOptions settings = Settings(options);
            session = new InferenceSession(path, settings);
            return new OnnxModel(session, model.Architecture, path);
        }
        catch (OnnxRuntimeException error)
        {
            session?.Dispose();
            throw new ModelException($"{path}: ONNX Runtime cannot use this graph ({OneLine(error.Message)}).", error);
        }
        catch
        {
            session?.Dispose();
            throw;
        }
    }

    /// <summary>Runs the network on <see cref="Image"/>.</summary>
    /// <exception cref="ModelException">ONNX Runtime failed.</exception>
    public void Run()
    {
        lock (_running)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            try
            {
                _session.RunWithBinding(_run, _binding);
            }
            catch (OnnxRuntimeException error)
            {
                throw new ModelException($"ONNX Runtime failed while it ran the network ({OneLine(error.Message)}).", error);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_running)
        {
            if (_disposed)
                return;
            _disposed = true;
            _binding.Dispose();
            foreach (IDisposable tensor in _tensors)
                tensor.Dispose();
            _run.Dispose();
            _session.Dispose();
        }
    }

    private static SessionOptions Settings(OnnxOptions options)
    {
        var settings = new SessionOptions
        {
            IntraOpNumThreads = options.IntraOpThreads,
            InterOpNumThreads = options.InterOpThreads,
            ExecutionMode = options.InterOpThreads > 1 ? ExecutionMode.ORT_PARALLEL : ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = options.GraphOptimization,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        string spinning = options.AllowSpinning ? "1" : "0";
        settings.AddSessionConfigEntry("session.intra_op.allow_spinning", spinning);
        settings.AddSessionConfigEntry("session.inter_op.allow_spinning", spinning);
        return settings;
    }

    private static void CheckTensor(
        IReadOnlyDictionary<string, NodeMetadata> tensors,
        string kind,
        string name,
        string path,
        params ReadOnlySpan<long> shape
    )
    {
        if (!tensors.TryGetValue(name, out NodeMetadata? found))
            throw new ModelException($"{path}: the graph has no {kind} named {name}; its {kind}s are {string.Join(", ", tensors.Keys)}.");
        if (!found.IsTensor || found.ElementType != typeof(float))
            throw new ModelException($"{path}: {kind} {name} is not a tensor of 32-bit floats.");

        // The first dimension is the batch: free, or one.
        ReadOnlySpan<int> dimensions = found.Dimensions;
        bool fits = dimensions.Length == shape.Length + 1 && dimensions[0] is -1 or 1;
        for (int i = 0; fits && i < shape.Length; i++)
            fits = dimensions[i + 1] == shape[i] || (dimensions[i + 1] == -1 && kind == "output");
        if (!fits)
            throw new ModelException(
                $"{path}: {kind} {name} has the shape {Text(found.Dimensions)}, "
                    + $"but arch.json describes [N, {string.Join(", ", shape.ToArray())}]."
            );
    }

    private static string Text(int[] dimensions) =>
        $"[{string.Join(", ", dimensions.Select(d => d < 0 ? "N" : d.ToString(System.Globalization.CultureInfo.InvariantCulture)))}]";

    private static string OneLine(string message)
    {
        string line = string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
        return line.Length <= 300 ? line : line[..297] + "...";
    }

    private float[] Allocate(out OrtValue tensor, params long[] shape)
    {
        float[] values = GC.AllocateArray<float>(checked((int)shape.Aggregate((a, b) => a * b)), pinned: true);
        tensor = OrtValue.CreateTensorValueFromMemory(values, shape);
        _tensors.Add(tensor);
        return values;
    }
}
