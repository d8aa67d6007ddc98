using Microsoft.AspNetCore.Http.HttpResults;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Web.Settings;

namespace RNNPool.Edge.Web;

/// <summary><c>/api/zones</c>.</summary>
internal sealed class ZonesEndpoints(SettingsWriter writer, SettingsEditor editor) : IEndpointGroup
{
    private const string Tag = "settings";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/zones", Get).Describe("getZones", Tag, "Zones and motion masks as points.");
        routes
            .MapPut("/api/zones", SetAsync)
            .Describe("setZones", Tag, "Replaces zones and motion masks.")
            .Problems(StatusCodes.Status409Conflict);
    }

    private Ok<ZonesReport> Get() => TypedResults.Ok(ZoneSettings.Read(writer.ReadCurrent()));

    private async Task<Results<Ok<ZonesReport>, ValidationProblem, ProblemHttpResult>> SetAsync(ZonesReport body)
    {
        DeviceSettings fresh = writer.ReadCurrent();
        string? overridden = SettingsWriter.Overridden(fresh, ZoneSettings.ZonesKey)
            ?? SettingsWriter.Overridden(fresh, ZoneSettings.MasksKey);
        if (overridden is not null)
            return Problems.Conflict(overridden);
        if (ZoneSettings.Validate(body) is { } errors)
            return Problems.Invalid(errors);
        var changes = new List<SettingChange>
        {
            new(ZoneSettings.ZonesKey, body.Zones.Count == 0 ? null : ZoneSettings.WriteZones(body.Zones)),
        };
        if (!ZoneSettings.SameMasks(ZoneSettings.Read(fresh).MotionMasks, body.MotionMasks))
        {
            changes.Add(
                new SettingChange(ZoneSettings.MasksKey, body.MotionMasks.Count == 0 ? null : ZoneSettings.WriteMasks(body.MotionMasks))
            );
        }

        try
        {
            SettingsEdit edit = await editor.ApplyAsync(changes, ZoneSettings.Field).ConfigureAwait(false);
            return edit.Errors.Count > 0 ? Problems.Invalid(edit.Errors) : Get();
        }
        catch (IOException exception)
        {
            return Problems.Conflict(exception.Message);
        }
    }
}
