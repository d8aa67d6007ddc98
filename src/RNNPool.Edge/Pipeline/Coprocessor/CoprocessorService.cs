using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Sessions;
using RNNPool.Edge.Link.Transports;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>Keeps the link to the coprocessor, looks at its model whenever it connects, and uploads the device's model when it runs another one.</summary>
internal sealed partial class CoprocessorService : BackgroundService
{
    /// <summary>How long the start of the device waits for a coprocessor that is its only engine.</summary>
    internal static readonly TimeSpan StartWait = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan FirstUploadPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestUploadPause = TimeSpan.FromMinutes(10);

    private readonly CoprocessorClient _client;
    private readonly DeviceModel _model;
    private readonly CoprocessorStatus _status;
    private readonly CoprocessorOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<CoprocessorService> _logger;
    private readonly Backoff _uploadPause = new(FirstUploadPause, LongestUploadPause);

    /// <summary>Nothing is opened before the start.</summary>
    public CoprocessorService(
        CoprocessorClient client,
        DeviceModel model,
        CoprocessorStatus status,
        IOptions<CoprocessorOptions> options,
        TimeProvider time,
        ILogger<CoprocessorService> logger
    ) => (_client, _model, _status, _options, _time, _logger) = (client, model, status, options.Value, time, logger);

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
        if (_options.Mode != CoprocessorMode.Coprocessor)
            return;

        // The first frames need not be lost to a handshake.
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task late = Task.Delay(StartWait, _time, enough.Token);
        await Task.WhenAny(_status.FirstReady, late).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (LinkEndpoint.TryParse(_options.Endpoint, out LinkEndpoint? endpoint, out _) && endpoint.IsUnstableName)
            LogUnstableName(endpoint.Path);
        _client.Start();
        try
        {
            while (true)
            {
                TimeSpan again = await ReviewAsync(stoppingToken).ConfigureAwait(false);
                await NewsAsync(again, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the device stops
        }
        finally
        {
            await _client.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Decides whether the coprocessor may be given frames, and brings it the model when it may not.</summary>
    /// <returns>When to look again although nothing was heard; infinite when there is no need.</returns>
    private async Task<TimeSpan> ReviewAsync(CancellationToken cancellationToken)
    {
        if (_client.Info is not { } info)
        {
            _status.Reject("The coprocessor is not connected.");
            return Timeout.InfiniteTimeSpan;
        }

        if (info.ActiveModel is { } active && active.Sha256 == _model.Sha256)
        {
            _uploadPause.Reset();
            _status.Approve(info);
            return Timeout.InfiniteTimeSpan;
        }

        string running = info.ActiveModel is { } other ? $"the model {Name(other)}" : "no model";
        if (WhyNoUpload(info) is { } why)
        {
            string obstacle = $"The coprocessor runs {running} instead of {_model.Text}, {why}";
            if (_status.Obstacle != obstacle)
                LogNoUpload(obstacle);
            _status.Reject(obstacle);
            return Timeout.InfiniteTimeSpan;
        }

        return await UploadAsync(running, cancellationToken).ConfigureAwait(false);
    }

    private string? WhyNoUpload(CoprocessorInfo info)
    {
        if (!_options.UploadModel)
            return "and Coprocessor:UploadModel is false.";
        if (!info.CanUpload)
            return $"and the board {info.Hello.Board} has no writable model slots: its model is part of the firmware.";

        // Uploading it once more would end the same way.
        return info.Slots.Any(slot => slot.State == SlotState.Failed && slot.Sha256 == _model.Sha256)
            ? "which it has given up because it never completed a frame with it."
            : null;
    }

    private async Task<TimeSpan> UploadAsync(string running, CancellationToken cancellationToken)
    {
        var progress = new UploadLog(this, _time);
        _status.Reject($"The model {_model.Text} is being uploaded to the coprocessor.");
        _status.NoteUpload(0);
        LogUploads(_model.Text, _model.Package.Data.Length, running);
        try
        {
            await _client.UploadAsync(_model.Package.Data, progress, cancellationToken).ConfigureAwait(false);
            _status.UploadDone();
            LogUploaded(_model.Text, progress.Elapsed.TotalSeconds);
            return TimeSpan.Zero;
        }
        catch (Exception exception) when (exception is LinkException or TimeoutException or CoprocessorException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TimeSpan pause = _uploadPause.Next();
            _status.NoteError(exception.Message);
            _status.Reject($"The model could not be uploaded to the coprocessor. {exception.Message}");
            LogUploadFailed(pause.TotalSeconds, exception.Message);
            return pause;
        }
        finally
        {
            _status.NoteUpload(null);
        }
    }

    /// <summary>Waits until the client or the detector has something to say, or until the time is up.</summary>
    private async Task NewsAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        if (atMost == TimeSpan.Zero)
            return;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<bool> wish = _status.Reviews.WaitToReadAsync(enough.Token).AsTask();
        Task first = await Task.WhenAny(
                _client.Events.WaitToReadAsync(enough.Token).AsTask(),
                wish,
                Task.Delay(atMost, _time, enough.Token)
            )
            .ConfigureAwait(false);
        bool refresh = first == wish && wish.IsCompletedSuccessfully;
        await enough.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        while (_client.Events.TryRead(out CoprocessorEvent told))
        {
            if (told.Kind is CoprocessorEventKind.Disconnected or CoprocessorEventKind.Fault)
                _status.NoteError(told.Text);
        }

        _ = _status.Reviews.TryRead(out _);

        if (refresh)
            await RefreshAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _client.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is LinkException or TimeoutException or CoprocessorException)
        {
            _status.NoteError(exception.Message);
        }
    }

    private static string Name(SlotInfo slot) => $"{(slot.Name.Length > 0 ? slot.Name : "without a name")} {slot.Sha256[..12]}";

    /// <summary>Tells the log and the state how far an upload is; the log at most every two seconds.</summary>
    private sealed class UploadLog(CoprocessorService owner, TimeProvider time) : IProgress<UploadProgress>
    {
        private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

        private readonly long _start = time.GetTimestamp();
        private long _last = time.GetTimestamp();
        private long _from = -1;

        public TimeSpan Elapsed => time.GetElapsedTime(_start);

        public void Report(UploadProgress value)
        {
            if (_from < 0)
                _from = value.Stored;
            int percent = (int)(100L * value.Stored / Math.Max(1, value.Total));
            owner._status.NoteUpload(percent);
            if (time.GetElapsedTime(_last) < Interval || value.Stored == value.Total)
                return;
            _last = time.GetTimestamp();
            double rate = (value.Stored - _from) / Math.Max(0.001, Elapsed.TotalSeconds);
            owner.LogProgress(value.Stored, value.Total, percent, rate > 0 ? (value.Total - value.Stored) / rate : double.NaN);
        }
    }
}
