using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Models.Engine;
using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Vision.Detectors;

/// <summary>
/// Runs a quantized package on this machine, with exactly the detections of a coprocessor with the same package.
/// </summary>
public sealed class PackageDetector : IDetector
{
    private readonly IPackageEngine _engine;
    private readonly GrayLetterbox _letterbox;
    private readonly byte[] _picture;
    private readonly float _classThreshold;
    private readonly float _nmsIou;
    private readonly TimeProvider _time;

    /// <summary>Creates a detector from a package.</summary>
    /// <param name="package">The package of a detector or classifier.</param>
    /// <param name="options">
    /// Values that replace the package's; null for the package's values, as on a coprocessor, and for a classifier
    /// <see cref="ClassDecoder.DefaultThreshold"/>.
    /// </param>
    /// <param name="fit">How frames of other proportions are fitted; packages do not contain it.</param>
    /// <param name="engine">The reference interpreter; any other value means vector instructions.</param>
    /// <param name="time">Clock for durations; the system's by default.</param>
    /// <exception cref="ModelException">The package reads colour.</exception>
    public PackageDetector(
        ModelPackage package,
        DecodingOptions? options = null,
        InputFit fit = InputFit.Letterbox,
        HostEngine engine = HostEngine.Simd,
        TimeProvider? time = null
    )
    {
        ArgumentNullException.ThrowIfNull(package);
        MapShape input = package.Header.Input;
        _letterbox = new GrayLetterbox(input.Width, input.Height, input.Channels, fit);
        bool interpret = engine == HostEngine.Interpreter;
        Engine = interpret ? "interpreter" : "simd";
        _engine = interpret ? new QuantizedInterpreter(package, options) : new SimdEngine(package, options);
        _picture = new byte[input.Count];
        _classThreshold = options?.ScoreThreshold ?? ClassDecoder.DefaultThreshold;
        _nmsIou = options?.NmsIou ?? package.Header.NmsIouShare;
        _time = time ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public string Engine { get; }

    /// <inheritdoc/>
    public string Model => _engine.Package.Header.Name;

    /// <inheritdoc/>
    public IReadOnlyList<string> Labels => _engine.Package.ObjectLabels;

    /// <inheritdoc/>
    public bool LocatesObjects => !_engine.Package.Header.IsClassifier;

    /// <inheritdoc/>
    public ValueTask DetectAsync(Frame frame, DetectionList results, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(results);
        cancellationToken.ThrowIfCancellationRequested();
        long start = _time.GetTimestamp();
        results.Clear();
        LetterboxGeometry geometry = _letterbox.Fill(frame, _picture);
        _engine.Run(_picture);
        if (_engine.Package.Header.IsClassifier)
            AddClassification(_engine.Classification, _classThreshold, frame, results);
        else
            AddDetections(frame, geometry, results);
        results.Duration = _time.GetElapsedTime(start);
        return ValueTask.CompletedTask;
    }

    /// <summary>Maps detections from the network's picture to the frame's pixels and drops those in the border.</summary>
    /// <param name="detections">The detections, edges in 1/16 pixel.</param>
    /// <param name="geometry">Position of the frame in the picture.</param>
    /// <param name="results">Receives them after its present content.</param>
    public static void AddDetections(ReadOnlySpan<PackageDetection> detections, in LetterboxGeometry geometry, DetectionList results)
    {
        ArgumentNullException.ThrowIfNull(results);
        foreach (PackageDetection detection in detections)
        {
            var inPicture = new BoundingBox(
                detection.Left / 16f,
                detection.Top / 16f,
                (detection.Right - detection.Left) / 16f,
                (detection.Bottom - detection.Top) / 16f
            );
            BoundingBox box = geometry.ToSource(inPicture);
            if (box.Width > 0 && box.Height > 0)
                results.Add(new Detection(0, detection.Score / 65536f, box));
        }
    }

    private void AddDetections(Frame frame, in LetterboxGeometry geometry, DetectionList results)
    {
        AddDetections(_engine.Detections, geometry, results);
        CloseUpSuppression.Apply(results, frame.Width, frame.Height, _nmsIou);
    }

    private static void AddClassification(PackageClassification found, float threshold, Frame frame, DetectionList results)
    {
        float score = found.Score / 65536f;
        if (score >= threshold)
            results.Add(ClassDecoder.WholeFrame(found.Label - 1, score, frame.Width, frame.Height));
    }

    /// <inheritdoc/>
    public void Dispose() { }
}
