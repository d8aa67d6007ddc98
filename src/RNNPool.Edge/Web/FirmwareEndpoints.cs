using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Web.Models;
using RNNPool.Edge.Web.Stream;

namespace RNNPool.Edge.Web;

/// <summary>The coprocessor and its model slots.</summary>
/// <param name="Coprocessor">Its hardware, firmware and model; null while none is connected.</param>
/// <param name="Endpoint">Its configured address; null when none is configured.</param>
/// <param name="Slots">Its model slots.</param>
/// <param name="Protocol">Version of the link's protocol that it has chosen.</param>
/// <param name="Limit">Longest model that it accepts, in bytes; 0 when it accepts none.</param>
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
/// <param name="Slot"><c>built-in</c>, or its number.</param>
/// <param name="Model">Name of the model in it; null when it is empty.</param>
/// <param name="Sha256">SHA-256 of that model's file.</param>
/// <param name="State">State of the slot.</param>
/// <param name="Bytes">Length of the model.</param>
internal sealed record SlotReport(string Slot, string? Model, string? Sha256, string State, long Bytes);

/// <summary><c>/api/firmware</c>: versions, and the model of the coprocessor.</summary>
internal sealed class FirmwareEndpoints(
    IOptions<Pipeline.Coprocessor.CoprocessorOptions> options,
    CoprocessorClient? client = null,
    CoprocessorStatus? status = null,
    CoprocessorUpload? upload = null
) : IEndpointGroup
{
    private const string Tag = "models";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/firmware", Get).Describe("getFirmware", Tag, "The coprocessor and its model slots.");
        routes
            .MapPost("/api/firmware/model", UploadAsync)
            .LimitBody(PackageFormat.MaxLength)
            .Describe(
                "uploadFirmwareModel",
                Tag,
                "Uploads the device's own model package to the coprocessor; the stream reports the progress."
            )
            .Accepts<System.IO.Stream>("application/octet-stream")
            .Problems(StatusCodes.Status409Conflict)
            .WithRequestTimeout(EndpointConventions.UploadTime);
    }

    private Ok<FirmwareReport> Get()
    {
        CoprocessorInfo? info = client?.Info;
        return TypedResults.Ok(
            new FirmwareReport(
                info is null ? null : CoprocessorDeviceReport.From(info, client!.RoundTrip),
                options.Value.Endpoint,
                info is null ? [] : [.. info.Slots.Select(Describe)],
                info?.Hello.Version,
                info is { CanUpload: true } ? info.Hello.SlotBytes : 0,
                status?.Obstacle
            )
        );
    }

    private async Task<Results<Accepted<UploadProgressReport>, ProblemHttpResult>> UploadAsync(
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        if (upload is null || client?.Info is not { } info)
            return Problems.Conflict("No coprocessor is connected.");
        if (!info.CanUpload)
            return Problems.Conflict($"The board {info.Hello.Board} has no writable model slots: its model is part of the firmware.");
        if (await UploadBody.ReadAsync(context.Request, PackageFormat.MaxLength, cancellationToken).ConfigureAwait(false) is not { } body)
            return UploadBody.TooLong(PackageFormat.MaxLength);
        DeviceModel model;
        try
        {
            model = new DeviceModel(ModelPackage.Parse(body, "The upload"));
        }
        catch (ModelException exception)
        {
            return Problems.BadRequest(exception.Message);
        }

        if (upload.Start(model) is { } obstacle)
            return Problems.Conflict(obstacle);
        var report = new UploadProgressReport(0, "running", $"The model {model.Text} is being uploaded to the coprocessor.");
        return TypedResults.Accepted((string?)null, report);
    }

    private static SlotReport Describe(SlotInfo slot) =>
        new(
            slot.Slot == SlotInfo.BuiltIn ? "built-in" : slot.Slot.ToString(System.Globalization.CultureInfo.InvariantCulture),
            slot.State == SlotState.Empty || slot.Name.Length == 0 ? null : slot.Name,
            slot.State == SlotState.Empty ? null : slot.Sha256,
            slot.State.ToString().ToLowerInvariant(),
            slot.Size
        );
}
