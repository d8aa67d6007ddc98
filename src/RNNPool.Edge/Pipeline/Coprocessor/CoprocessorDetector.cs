using System.Runtime.CompilerServices;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Sessions;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>
/// The engine on a coprocessor: frames are fitted into the model's input and sent as grey rows, and the received boxes are mapped to the
/// frame. The package's own thresholds hold on the coprocessor; a higher score threshold or a smaller maximum of detections is applied
/// here, as is the threshold of a classifier.
/// </summary>
internal sealed class CoprocessorDetector : IDetector
{
    private readonly CoprocessorClient _client;
    private readonly DeviceModel _model;
    private readonly GrayLetterbox _letterbox;
    private readonly MapShape _input;
    private readonly byte[] _picture;
    private readonly CoprocessorResult _result = new();
    private readonly bool _classifies;
    private readonly float _threshold;
    private readonly int _most;
    private readonly TimeProvider _time;

    /// <param name="client">The link. It is not disposed with the detector.</param>
    /// <param name="model">The model that the coprocessor must be running.</param>
    /// <param name="options">Score threshold and maximum of detections.</param>
    /// <param name="time">Clock for durations.</param>
    /// <exception cref="ModelException">The package reads colour.</exception>
    public CoprocessorDetector(CoprocessorClient client, DeviceModel model, DetectorOptions options, TimeProvider time)
    {
        PackageHeader header = model.Package.Header;
        _client = client;
        _model = model;
        _time = time;
        _input = header.Input;
        _letterbox = new GrayLetterbox(_input.Width, _input.Height, _input.Channels, model.Fit);
        _picture = new byte[_input.Count];
        _classifies = header.IsClassifier;
        (_threshold, _most) = (
            options.ScoreThreshold ?? (_classifies ? ClassDecoder.DefaultThreshold : 0),
            options.MaxDetections ?? int.MaxValue
        );
    }

    /// <inheritdoc/>
    public string Engine => "coprocessor";

    /// <inheritdoc/>
    public string Model => _model.Package.Header.Name;

    /// <inheritdoc/>
    public IReadOnlyList<string> Labels => _model.Package.ObjectLabels;

    /// <inheritdoc/>
    public bool LocatesObjects => !_classifies;

    /// <summary>The coprocessor's result of the last frame: times and memory.</summary>
    public CoprocessorResult LastResult => _result;

    /// <inheritdoc/>
    /// <exception cref="LinkException">The coprocessor is not connected, or was lost before it answered.</exception>
    /// <exception cref="CoprocessorException">It refused or abandoned the frame, or its answer was invalid.</exception>
    /// <exception cref="TimeoutException">There was no result in time.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask DetectAsync(Frame frame, DetectionList results, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(results);
        long start = _time.GetTimestamp();
        results.Clear();
        LetterboxGeometry geometry = _letterbox.Fill(frame, _picture);
        await _client
            .DetectAsync(_picture, _input.Width, _input.Height, _input.Width, _model.Prefix, _result, cancellationToken)
            .ConfigureAwait(false);
        if (_classifies)
            AddClassification(frame, results);
        else
            AddDetections(frame, geometry, results);
        results.Duration = _time.GetElapsedTime(start);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The link is shared and is disposed by its owner.
    }

    // A classifier's result is one detection; its label counts all classes, of which the first means that there is no object.
    private void AddClassification(Frame frame, DetectionList results)
    {
        foreach (CoprocessorDetection found in _result.Detections)
        {
            if (found.Score < _threshold || found.Label < 1 || found.Label > Labels.Count || results.Count == 1)
                continue;
            results.Add(ClassDecoder.WholeFrame(found.Label - 1, found.Score, frame.Width, frame.Height));
        }
    }

    private void AddDetections(Frame frame, in LetterboxGeometry geometry, DetectionList results)
    {
        foreach (CoprocessorDetection found in _result.Detections)
        {
            if (found.Score < _threshold || found.Label >= Labels.Count)
                continue;
            BoundingBox box = geometry.ToSource(new BoundingBox(found.X, found.Y, found.Width, found.Height));
            if (box.Width > 0 && box.Height > 0)
                results.Add(new Detection(found.Label, found.Score, box));
        }

        // The coprocessor has suppressed by overlap alone.
        CloseUpSuppression.Apply(results, frame.Width, frame.Height, _model.Package.Header.NmsIouShare);
        results.Truncate(_most);
    }
}
