using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Sessions;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>
/// Compares the coprocessor's model with the device's after every connection, approves the coprocessor for frames when they are equal, and
/// uploads the device's model when they differ.
/// </summary>
internal sealed partial class ModelSynchronizer(
    CoprocessorClient client,
    DeviceModel model,
    CoprocessorStatus status,
    IOptions<CoprocessorOptions> options,
    TimeProvider time,
    ILogger<ModelSynchronizer> logger
)
{
    private static readonly TimeSpan s_firstUploadPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_longestUploadPause = TimeSpan.FromMinutes(10);

    private readonly ILogger _logger = logger;
    private readonly Backoff _uploadPause = new(s_firstUploadPause, s_longestUploadPause);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            TimeSpan delay = await ReviewAsync(cancellationToken).ConfigureAwait(false);
            if (delay > TimeSpan.Zero || delay == Timeout.InfiniteTimeSpan)
                await WaitForChangeAsync(delay, cancellationToken).ConfigureAwait(false);
        }
    }

    // Returns the time until the next review; infinite when only an event can change the outcome.
    private async Task<TimeSpan> ReviewAsync(CancellationToken cancellationToken)
    {
        if (client.Info is not { } info)
        {
            status.Reject("The coprocessor is not connected.");
            return Timeout.InfiniteTimeSpan;
        }

        if (info.ActiveModel is { } active && active.Sha256 == model.Sha256)
        {
            _uploadPause.Reset();
            status.Approve(info);
            return Timeout.InfiniteTimeSpan;
        }

        string running = info.ActiveModel is { } other ? $"the model {Name(other)}" : "no model";
        if (UploadObstacle(info) is { } reason)
        {
            string obstacle = $"The coprocessor runs {running} instead of {model.Text}, {reason}";
            if (status.Obstacle != obstacle)
                LogNoUpload(obstacle);
            status.Reject(obstacle);
            return Timeout.InfiniteTimeSpan;
        }

        return await UploadAsync(running, cancellationToken).ConfigureAwait(false);
    }

    private string? UploadObstacle(CoprocessorInfo info)
    {
        if (!options.Value.UploadModel)
            return "and Coprocessor:UploadModel is false.";
        if (!info.CanUpload)
            return $"and the board {info.Hello.Board} has no writable model slots: its model is part of the firmware.";

        if (info.WorkObstacle(model.Package.Work) is { } work)
            return "and " + work;

        // Another upload would fail in the same way.
        return info.Slots.Any(slot => slot.State == SlotState.Failed && slot.Sha256 == model.Sha256)
            ? "which it has rejected because it never completed a frame with it."
            : null;
    }

    private async Task<TimeSpan> UploadAsync(string running, CancellationToken cancellationToken)
    {
        var progress = new UploadReporter(this);
        status.Reject($"The model {model.Text} is being uploaded to the coprocessor.");
        status.SetUploadProgress(0);
        LogUploads(model.Text, model.Package.Data.Length, running);
        try
        {
            await client.UploadAsync(model.Package.Data, progress, cancellationToken).ConfigureAwait(false);
            status.CountUpload();
            LogUploaded(model.Text, progress.Elapsed.TotalSeconds);
            return TimeSpan.Zero;
        }
        catch (Exception exception) when (exception is LinkException or TimeoutException or CoprocessorException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TimeSpan pause = _uploadPause.Next();
            status.RecordError(exception.Message);
            status.Reject($"The model could not be uploaded to the coprocessor. {exception.Message}");
            LogUploadFailed(pause.TotalSeconds, exception.Message);
            return pause;
        }
        finally
        {
            status.SetUploadProgress(null);
        }
    }

    // Waits for an event of the client, a request for a review, or the end of the delay.
    private async Task WaitForChangeAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<bool> request = status.Reviews.WaitToReadAsync(done.Token).AsTask();
        Task first = await Task.WhenAny(client.Events.WaitToReadAsync(done.Token).AsTask(), request, Task.Delay(delay, time, done.Token))
            .ConfigureAwait(false);
        bool isRequested = first == request && request.IsCompletedSuccessfully;
        await done.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        while (client.Events.TryRead(out CoprocessorEvent received))
        {
            if (received.Kind is CoprocessorEventKind.Disconnected or CoprocessorEventKind.Fault)
                status.RecordError(received.Text);
        }

        _ = status.Reviews.TryRead(out _);
        if (isRequested)
            await RefreshAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await client.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is LinkException or TimeoutException or CoprocessorException)
        {
            status.RecordError(exception.Message);
        }
    }

    private static string Name(SlotInfo slot) => $"{(slot.Name.Length > 0 ? slot.Name : "without a name")} {slot.Sha256[..12]}";

    /// <summary>Passes the progress of an upload to the status, and to the log at most every two seconds.</summary>
    private sealed class UploadReporter(ModelSynchronizer owner) : IProgress<UploadProgress>
    {
        private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);

        private readonly long _start = owner.Now;
        private long _last = owner.Now;
        private long _from = -1;

        public TimeSpan Elapsed => owner.Since(_start);

        public void Report(UploadProgress value)
        {
            if (_from < 0)
                _from = value.Stored;
            int percent = (int)(100L * value.Stored / Math.Max(1, value.Total));
            owner.ReportPercent(percent);
            if (owner.Since(_last) < s_interval || value.Stored == value.Total)
                return;
            _last = owner.Now;
            double rate = (value.Stored - _from) / Math.Max(0.001, Elapsed.TotalSeconds);
            owner.LogProgress(value.Stored, value.Total, percent, rate > 0 ? (value.Total - value.Stored) / rate : double.NaN);
        }
    }

    private long Now => time.GetTimestamp();

    private TimeSpan Since(long timestamp) => time.GetElapsedTime(timestamp);

    private void ReportPercent(int percent) => status.SetUploadProgress(percent);
}
