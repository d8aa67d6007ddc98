using Microsoft.Extensions.Options;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Pipeline.Coprocessor;

namespace RNNPool.Edge.Web.Models;

/// <summary>The coprocessor and what it holds.</summary>
/// <param name="Coprocessor">What it says about itself; null while none is connected.</param>
/// <param name="Endpoint">Where it is configured to be; null when none is.</param>
/// <param name="Slots">Its model slots.</param>
/// <param name="Protocol">Version of the link's protocol that it has chosen.</param>
/// <param name="Limit">Longest model that it takes, in bytes; 0 when it takes none.</param>
/// <param name="Obstacle">Why it cannot be used, as a sentence; null when it can.</param>
internal sealed record FirmwareReport(
    CoprocessorDeviceReport? Coprocessor,
    string? Endpoint,
    IReadOnlyList<SlotReport> Slots,
    int? Protocol,
    long Limit,
    string? Obstacle
);

/// <summary>A model slot.</summary>
internal sealed record SlotReport(string Slot, string? Model, string? Sha256, string State, long Bytes);

/// <summary><c>/api/firmware</c>: versions, and the model of the coprocessor.</summary>
internal static partial class FirmwareApi
{
    private static int _uploading;

    public static Task GetAsync(HttpContext context)
    {
        CoprocessorClient? client = context.RequestServices.GetService<CoprocessorClient>();
        CoprocessorInfo? info = client?.Info;
        var report = new FirmwareReport(
            info is null ? null : CoprocessorDeviceReport.Of(info, client!.RoundTrip),
            context.RequestServices.GetRequiredService<IOptions<Pipeline.Coprocessor.CoprocessorOptions>>().Value.Endpoint,
            info is null ? [] : [.. info.Slots.Select(Of)],
            info?.Hello.Version,
            info is { CanUpload: true } ? info.Hello.SlotBytes : 0,
            context.RequestServices.GetService<CoprocessorStatus>()?.Obstacle
        );
        return context.Response.WriteAsJsonAsync(report, WebJson.Default.FirmwareReport, cancellationToken: context.RequestAborted);
    }

    public static async Task UploadAsync(HttpContext context)
    {
        RequestBody.Allow(context, PackageFormat.MaxLength);
        IServiceProvider services = context.RequestServices;
        if (services.GetService<CoprocessorClient>() is not { Info: { } info } client)
        {
            await WebApi.RefuseAsync(context, StatusCodes.Status409Conflict, "No coprocessor is connected.").ConfigureAwait(false);
            return;
        }

        if (!info.CanUpload)
        {
            await WebApi
                .RefuseAsync(
                    context,
                    StatusCodes.Status409Conflict,
                    $"The board {info.Hello.Board} has no writable model slots: its model is part of the firmware."
                )
                .ConfigureAwait(false);
            return;
        }

        if (await RequestBody.ReadBytesAsync(context, PackageFormat.MaxLength).ConfigureAwait(false) is not { } body)
            return;
        DeviceModel model;
        try
        {
            model = new DeviceModel(ModelPackage.Parse(body, "The upload"));
        }
        catch (ModelException exception)
        {
            await WebApi.RefuseAsync(context, StatusCodes.Status400BadRequest, exception.Message).ConfigureAwait(false);
            return;
        }

        // Another model would get no frames, and be replaced at the next look.
        var own = services.GetRequiredService<DeviceModel>();
        if (model.Sha256 != own.Sha256)
        {
            await WebApi
                .RefuseAsync(
                    context,
                    StatusCodes.Status409Conflict,
                    $"The device works with {own.Text}, and this is {model.Text}. Upload its model folder under Models and choose it; the coprocessor gets it after the restart."
                )
                .ConfigureAwait(false);
            return;
        }

        var status = services.GetRequiredService<CoprocessorStatus>();
        if (status.UploadPercent is not null || Interlocked.Exchange(ref _uploading, 1) != 0)
        {
            await WebApi.RefuseAsync(context, StatusCodes.Status409Conflict, "An upload is under way already.").ConfigureAwait(false);
            return;
        }

        _ = RunAsync(
            client,
            status,
            model,
            services.GetRequiredService<ILoggerFactory>().CreateLogger("RNNPool.Edge.Web"),
            services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping
        );
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        await context
            .Response.WriteAsJsonAsync(
                new Stream.UploadNews(0, "running", $"The model {model.Text} is being uploaded to the coprocessor."),
                WebJson.Default.UploadNews,
                cancellationToken: context.RequestAborted
            )
            .ConfigureAwait(false);
    }

    /// <summary>Uploads in the background; the stream tells how far it is.</summary>
    private static async Task RunAsync(
        CoprocessorClient client,
        CoprocessorStatus status,
        DeviceModel model,
        ILogger logger,
        CancellationToken stopping
    )
    {
        try
        {
            status.NoteUpload(0);
            await client.UploadAsync(model.Package.Data, new Percent(status), stopping).ConfigureAwait(false);
            status.UploadDone();
        }
#pragma warning disable CA1031 // Nobody waits for this: whatever it throws is told by the state and the log.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            status.NoteError(exception.Message);
            if (!stopping.IsCancellationRequested)
                LogFailed(logger, exception.Message);
        }
        finally
        {
            status.NoteUpload(null);
            Volatile.Write(ref _uploading, 0);
            status.RequestReview();
        }
    }

    private static SlotReport Of(SlotInfo slot) =>
        new(
            slot.Slot == SlotInfo.BuiltIn ? "built-in" : slot.Slot.ToString(System.Globalization.CultureInfo.InvariantCulture),
            slot.State == SlotState.Empty || slot.Name.Length == 0 ? null : slot.Name,
            slot.State == SlotState.Empty ? null : slot.Sha256,
            slot.State.ToString().ToLowerInvariant(),
            slot.Size
        );

    private sealed class Percent(CoprocessorStatus status) : IProgress<UploadProgress>
    {
        public void Report(UploadProgress value) => status.NoteUpload((int)(100L * value.Stored / Math.Max(1, value.Total)));
    }

    [LoggerMessage(2018, LogLevel.Warning, "The upload to the coprocessor has failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
