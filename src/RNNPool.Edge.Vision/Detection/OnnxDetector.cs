using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Onnx;

namespace RNNPool.Edge.Vision.Detection;

/// <summary>The engine on this machine: an RNNPool detector in ONNX Runtime.</summary>
public sealed class OnnxDetector : IDetector
{
    private readonly ModelFolder _folder;
    private readonly Letterbox _letterbox;
    private readonly BoxDecoder _decoder;
    private readonly OnnxModel _model;
    private readonly TimeProvider _time;

    private OnnxDetector(ModelFolder folder, Letterbox letterbox, BoxDecoder decoder, OnnxModel model, TimeProvider time) =>
        (_folder, _letterbox, _decoder, _model, _time) = (folder, letterbox, decoder, model, time);

    /// <inheritdoc/>
    public string Engine => "onnx";

    /// <inheritdoc/>
    public string Model => _folder.Name;

    /// <inheritdoc/>
    public IReadOnlyList<string> Labels => _folder.Architecture.Labels;

    /// <summary>Lowest score that is reported.</summary>
    public float ScoreThreshold => _decoder.ScoreThreshold;

    /// <summary>Loads a detector and runs it once, so that the first frame is as fast as the others.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="options">Thresholds, bounds and threads; they must have been validated.</param>
    /// <param name="time">Clock for durations; the system's by default.</param>
    /// <exception cref="ModelException">The model cannot be used; the message is one sentence.</exception>
    public static OnnxDetector Create(ModelFolder folder, DetectorOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(options);
        var letterbox = new Letterbox(folder.Architecture.Input);
        var decoder = new BoxDecoder(folder.Architecture, options);
        OnnxModel model = OnnxModel.Open(folder, options.Onnx);
        try
        {
            model.Run();
            return new OnnxDetector(folder, letterbox, decoder, model, time ?? TimeProvider.System);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>The work is done on the calling thread (and ONNX Runtime's own), and is done when this returns.</remarks>
    public ValueTask DetectAsync(Frame frame, DetectionList results, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(results);
        cancellationToken.ThrowIfCancellationRequested();
        long start = _time.GetTimestamp();
        results.Clear();
        LetterboxGeometry geometry = _letterbox.Fill(frame, _model.Image);
        _model.Run();
        _decoder.Decode(_model.Logits, _model.Offsets, geometry, results);
        results.Duration = _time.GetElapsedTime(start);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
