using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Pipeline.Coprocessor;

namespace RNNPool.Edge.Web.Models;

/// <summary>Uploads a model to the coprocessor in the background, one at a time; the stream reports the progress.</summary>
internal sealed partial class CoprocessorUpload(
    CoprocessorClient client,
    CoprocessorStatus status,
    DeviceModel own,
    IHostApplicationLifetime lifetime,
    ILogger<CoprocessorUpload> logger
)
{
    private int _running;

    /// <summary>Starts an upload.</summary>
    /// <returns>Why it cannot start, as a sentence; null when it has started.</returns>
    public string? Start(DeviceModel model)
    {
        // The device sends no frames to a coprocessor with another model, and would replace that model.
        if (model.Sha256 != own.Sha256)
        {
            return $"The device uses {own.Text}, and this is {model.Text}. Upload its model folder under Models and choose it; "
                + "the device sends it to the coprocessor after the restart.";
        }

        if (status.UploadPercent is not null || Interlocked.Exchange(ref _running, 1) != 0)
            return "An upload is in progress already.";
        _ = RunAsync(model, lifetime.ApplicationStopping);
        return null;
    }

    private async Task RunAsync(DeviceModel model, CancellationToken stopping)
    {
        try
        {
            status.SetUploadProgress(0);
            await client.UploadAsync(model.Package.Data, new Percent(status), stopping).ConfigureAwait(false);
            status.CountUpload();
        }
#pragma warning disable CA1031 // No caller awaits the upload: state and log report its failure.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            status.RecordError(exception.Message);
            if (!stopping.IsCancellationRequested)
                LogFailed(exception.Message);
        }
        finally
        {
            status.SetUploadProgress(null);
            Volatile.Write(ref _running, 0);
            status.RequestReview();
        }
    }

    private sealed class Percent(CoprocessorStatus status) : IProgress<UploadProgress>
    {
        public void Report(UploadProgress value) => status.SetUploadProgress((int)(100L * value.Stored / Math.Max(1, value.Total)));
    }

    [LoggerMessage(2018, LogLevel.Warning, "The upload to the coprocessor failed: {Reason}")]
    private partial void LogFailed(string reason);
}
