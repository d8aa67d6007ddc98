using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Onnx;

namespace RNNPool.Edge.Vision.Detectors;

/// <summary>Runs an RNNPool detector or classifier in ONNX Runtime on this machine.</summary>
public sealed class OnnxDetector : IDetector
{
    private readonly ModelFolder _folder;
    private readonly Letterbox _letterbox;
    private readonly BoxDecoder? _boxes;
    private readonly ClassDecoder? _classes;
    private readonly OnnxModel _model;
    private readonly TimeProvider _time;

    private OnnxDetector(ModelFolder folder, DetectorOptions options, OnnxModel model, TimeProvider time)
    {
        NetworkArchitecture network = folder.Architecture;
        _folder = folder;
        _model = model;
        _time = time;
        _letterbox = new Letterbox(network.Input);
        if (network.Task == NetworkTask.Detection)
            _boxes = new BoxDecoder(network, options);
        else
            _classes = new ClassDecoder(network, options);
    }

    /// <inheritdoc/>
    public string Engine => "onnx";

    /// <inheritdoc/>
    public string Model => _folder.Name;

    /// <inheritdoc/>
    public IReadOnlyList<string> Labels => _folder.Architecture.ObjectLabels;

    /// <inheritdoc/>
    public bool LocatesObjects => _classes is null;

    /// <summary>Loads a model and runs it once, so that the first frame is not slower than the others.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="options">Thresholds, bounds and threads; they must have been validated.</param>
    /// <param name="time">Clock for durations; the system's by default.</param>
    /// <exception cref="ModelException">The model cannot be used; the message gives the reason.</exception>
    public static OnnxDetector Create(ModelFolder folder, DetectorOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(options);
        OnnxModel model = OnnxModel.Open(folder, options.Onnx);
        try
        {
            var detector = new OnnxDetector(folder, options, model, time ?? TimeProvider.System);
            model.Run();
            return detector;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>The work runs on the calling thread (and ONNX Runtime's threads) and has finished when the call returns.</remarks>
    public ValueTask DetectAsync(Frame frame, DetectionList results, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(results);
        cancellationToken.ThrowIfCancellationRequested();
        long start = _time.GetTimestamp();
        results.Clear();
        LetterboxGeometry geometry = _letterbox.Fill(frame, _model.Image);
        _model.Run();
        if (_boxes is not null)
        {
            _boxes.Decode(_model.Logits, _model.Offsets, geometry, results);
            CloseUpSuppression.Apply(results, frame.Width, frame.Height, _boxes.NmsIou);
        }

        _classes?.Decode(_model.Logits, frame.Width, frame.Height, results);
        results.Duration = _time.GetElapsedTime(start);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
