using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Web.Settings;

namespace RNNPool.Edge.Web;

/// <summary>All settings.</summary>
/// <param name="File">The configuration file; null when there is none.</param>
/// <param name="Writable">Whether settings can be changed here.</param>
/// <param name="Obstacle">Why they cannot, as a sentence.</param>
/// <param name="Settings">The settings.</param>
internal sealed record SettingsReport(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? File,
    bool Writable,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Obstacle,
    IReadOnlyList<SettingReport> Settings
);

/// <summary>The outcome of a change of settings.</summary>
/// <param name="Changed">The keys whose values have changed.</param>
/// <param name="Restart">Those of them that apply after a restart.</param>
internal sealed record SettingsChanged(IReadOnlyList<string> Changed, IReadOnlyList<string> Restart);

/// <summary><c>/api/settings</c>.</summary>
internal sealed class SettingsEndpoints(
    SettingsWriter writer,
    SettingsEditor editor,
    SettingsSchema schema,
    DeviceSettingsProvider provider
) : IEndpointGroup
{
    private const string Tag = "settings";
    private const int MaxChanges = 200;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/settings", List).Describe("listSettings", Tag, "All settings with type, range, description and origin.");
        routes
            .MapPatch("/api/settings", ChangeAsync)
            .Describe("changeSettings", Tag, "Changes settings in the configuration file, all or none.")
            .Problems(StatusCodes.Status409Conflict);
    }

    private Ok<SettingsReport> List()
    {
        string? obstacle = writer.Obstacle();
        return TypedResults.Ok(
            new SettingsReport(
                writer.File,
                obstacle is null,
                obstacle,
                SettingCatalogue.List(schema, writer.ReadCurrent(), provider.Settings)
            )
        );
    }

    private async Task<Results<Ok<SettingsChanged>, ValidationProblem, ProblemHttpResult>> ChangeAsync(Dictionary<string, JsonElement> body)
    {
        if (body.Count is 0 or > MaxChanges)
            return Problems.BadRequest($"The body must have 1 to {MaxChanges} settings.");
        DeviceSettings fresh = writer.ReadCurrent();
        var errors = new Dictionary<string, string>();
        var changes = new List<SettingChange>();
        foreach ((string name, JsonElement value) in body)
        {
            if (!JsonText.IsValid(value))
                errors[SettingRules.Printable(name)] = "The value must consist of Unicode text.";
            else if (editor.Validate(fresh, name, value, out SettingChange change) is { } failure)
                errors[SettingRules.Printable(name)] = failure;
            else
                changes.Add(change);
        }

        if (errors.Count > 0)
            return Problems.Invalid(errors);
        try
        {
            SettingsEdit edit = await editor.ApplyAsync(changes).ConfigureAwait(false);
            return edit.Errors.Count > 0 ? Problems.Invalid(edit.Errors) : TypedResults.Ok(edit.Changed);
        }
        catch (IOException exception)
        {
            return Problems.Conflict(exception.Message);
        }
    }
}
