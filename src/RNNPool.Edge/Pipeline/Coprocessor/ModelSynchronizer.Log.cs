namespace RNNPool.Edge.Pipeline.Coprocessor;

internal sealed partial class ModelSynchronizer
{
    [LoggerMessage(1710, LogLevel.Information, "Uploading the model {Model} ({Bytes} bytes) to the coprocessor, which runs {Running}.")]
    private partial void LogUploads(string model, int bytes, string running);

    [LoggerMessage(1711, LogLevel.Information, "Uploaded {Stored} of {Total} bytes ({Percent} %), about {Left:0} s left.")]
    private partial void LogProgress(uint stored, uint total, int percent, double left);

    [LoggerMessage(1712, LogLevel.Information, "The coprocessor runs the model {Model} now; the upload took {Seconds:0.0} s.")]
    private partial void LogUploaded(string model, double seconds);

    [LoggerMessage(
        1713,
        LogLevel.Warning,
        "The model could not be uploaded to the coprocessor; the next attempt is in {Pause:0} s, or after a reconnection. {Reason}"
    )]
    private partial void LogUploadFailed(double pause, string reason);

    [LoggerMessage(1714, LogLevel.Warning, "{Obstacle}")]
    private partial void LogNoUpload(string obstacle);
}
