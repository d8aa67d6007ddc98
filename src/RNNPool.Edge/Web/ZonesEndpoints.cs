using Microsoft.AspNetCore.Http.HttpResults;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Web.Settings;

namespace RNNPool.Edge.Web;

/// <summary><c>/api/zones</c>.</summary>
internal sealed class ZonesEndpoints(SettingsWriter writer, SettingsEditor editor, CameraChoice cameras) : IEndpointGroup
{
    private const string Tag = "settings";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/api/zones", Get)
            .Describe("getZones", Tag, "Zones and motion masks of a camera as points.")
            .Problems(StatusCodes.Status404NotFound);
        routes
            .MapPut("/api/zones", SetAsync)
            .Describe("setZones", Tag, "Replaces zones and motion masks of a camera.")
            .Problems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    private Results<Ok<ZonesReport>, ProblemHttpResult> Get(string? camera) =>
        cameras.Find(camera, out ProblemHttpResult? unknown) is { } chosen ? TypedResults.Ok(Read(chosen)) : unknown!;

    private ZonesReport Read(CameraPorts camera) => ZoneSettings.Read(writer.ReadCurrent(), NameIn(camera));

    /// <summary>Name in the settings; null for the main camera.</summary>
    private string? NameIn(CameraPorts camera) => ReferenceEquals(camera, cameras.Main) ? null : camera.Name;

    private async Task<Results<Ok<ZonesReport>, ValidationProblem, ProblemHttpResult>> SetAsync(ZonesReport body, string? camera)
    {
        if (cameras.Find(camera, out ProblemHttpResult? unknown) is not { } chosen)
            return unknown!;
        (string zones, string masks) = ZoneSettings.Keys(NameIn(chosen));
        DeviceSettings fresh = writer.ReadCurrent();
        string? overridden = SettingsWriter.Overridden(fresh, zones) ?? SettingsWriter.Overridden(fresh, masks);
        if (overridden is not null)
            return Problems.Conflict(overridden);
        if (ZoneSettings.Validate(body) is { } errors)
            return Problems.Invalid(errors);
        var changes = new List<SettingChange> { new(zones, body.Zones.Count == 0 ? null : ZoneSettings.WriteZones(body.Zones)) };
        if (!ZoneSettings.SameMasks(ZoneSettings.Read(fresh, NameIn(chosen)).MotionMasks, body.MotionMasks))
            changes.Add(new SettingChange(masks, body.MotionMasks.Count == 0 ? null : ZoneSettings.WriteMasks(body.MotionMasks)));

        try
        {
            SettingsEdit edit = await editor.ApplyAsync(changes, ZoneSettings.Field).ConfigureAwait(false);
            return edit.Errors.Count > 0 ? Problems.Invalid(edit.Errors) : TypedResults.Ok(Read(chosen));
        }
        catch (IOException exception)
        {
            return Problems.Conflict(exception.Message);
        }
    }
}
