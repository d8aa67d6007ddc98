using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Status;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Web.Live;

/// <summary>Takes a picture of any camera of this machine, one at a time. A camera in use is shared with its pipeline.</summary>
internal sealed class CameraPreview : IImageHolder, IDisposable
{
    private const int Width = 640,
        Quality = 75;

    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(10),
        CloseTimeout = TimeSpan.FromSeconds(3),
        FrameTimeout = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly CameraFactory _factory;
    private readonly CameraSet _cameras;
    private readonly CameraSettings _settings;
    private readonly ImagePolicy _policy;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<CancellationTokenSource> _restricted = [];

    public CameraPreview(CameraFactory factory, CameraSet cameras, CameraSettings settings, ImagePolicy policy, TimeProvider time)
    {
        _factory = factory;
        _cameras = cameras;
        _settings = settings;
        _policy = policy;
        _time = time;
        policy.Changed += Apply;
    }

    public string HolderName => "camera preview";

    public bool HoldsImages
    {
        get
        {
            lock (_lock)
                return _restricted.Count > 0;
        }
    }

    /// <summary>The camera of the device that has this source, if its frames arrive; else null.</summary>
    public CameraPorts? FindInUse(string source)
    {
        string device = Device(source);
        return _cameras.FirstOrDefault(camera =>
            camera.Status.Camera == CameraState.Open && _settings.Capture(camera.Name).Source is { } own && Device(own) == device
        );
    }

    /// <summary>Takes a picture.</summary>
    /// <param name="source">The camera; null for the main camera of the device.</param>
    /// <param name="needsPermission">Whether the picture leaves the device.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A JPEG; null when another preview is in progress.</returns>
    /// <exception cref="CameraException">The camera delivers no frame.</exception>
    /// <exception cref="OperationCanceledException">The caller has disconnected, or the permission was withdrawn.</exception>
    public async Task<byte[]?> TakeAsync(string? source, bool needsPermission, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (needsPermission)
        {
            lock (_lock)
                _restricted.Add(end);
        }

        try
        {
            if (needsPermission && !_policy.Allowed)
                throw new OperationCanceledException();
            source ??= _settings.Capture(_cameras[0].Name).Source ?? throw new CameraException("No camera is configured.");
            return FindInUse(source) is { } used
                ? await ShareAsync(used, end.Token).ConfigureAwait(false)
                : await OpenAsync(source, end.Token).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
                _restricted.Remove(end);
        }
    }

    public void Dispose()
    {
        _policy.Changed -= Apply;
        _turn.Dispose();
    }

    private void Apply(bool allowed)
    {
        if (allowed)
            return;
        lock (_lock)
        {
            // A preview may end within the call of Cancel, and then removes itself from the list.
            foreach (CancellationTokenSource end in _restricted.ToArray())
                end.Cancel();
        }
    }

    /// <summary>A camera has one reader, so the picture comes from the pipeline, before it is rotated and cropped.</summary>
    private async Task<byte[]?> ShareAsync(CameraPorts camera, CancellationToken cancellationToken)
    {
        try
        {
            Frame frame = await camera.Raw.NextAsync().WaitAsync(FrameTimeout, _time, cancellationToken).ConfigureAwait(false);
            return new PreviewEncoder().Encode(frame, Width, Quality);
        }
        catch (TimeoutException)
        {
            throw new CameraException($"No frame arrived within {FrameTimeout.TotalSeconds:0} s.");
        }
    }

    private async Task<byte[]?> OpenAsync(string source, CancellationToken cancellationToken)
    {
        if (!await _turn.WaitAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false))
            return null;
        try
        {
            return await ReadAsync(_factory.Create(CameraSource.Parse(source)), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private static async Task<byte[]> ReadAsync(ICamera camera, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(OpenTimeout);
        try
        {
            // Opening may block in a driver.
            Task<Frame?> reading = Task.Run(() => camera.ReadAsync(timeout.Token).AsTask(), CancellationToken.None);
            using Frame? frame = await reading.WaitAsync(timeout.Token).ConfigureAwait(false);
            return frame is null
                ? throw new CameraException($"{camera.Name} has no frames.")
                : new PreviewEncoder().Encode(frame, Width, Quality);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CameraException($"{camera.Name}: no frame within {OpenTimeout.TotalSeconds:0} s.");
        }
        finally
        {
            await new CameraCloser(TimeProvider.System).CloseAsync(camera, CloseTimeout, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Scheme and target, without parameters: a device can be open once only.</summary>
    private static string Device(string source)
    {
        try
        {
            CameraSource parsed = CameraSource.Parse(source);
            return $"{parsed.Scheme}:{parsed.Target}";
        }
        catch (CameraException)
        {
            return source;
        }
    }
}
