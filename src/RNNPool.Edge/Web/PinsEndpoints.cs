using Microsoft.AspNetCore.Http.HttpResults;
using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Web.Settings;

namespace RNNPool.Edge.Web;

/// <summary>A line of a GPIO chip that has a name.</summary>
/// <param name="Pin">Its address in the settings.</param>
/// <param name="Name">Its name on the board, such as <c>GPIO17</c>.</param>
/// <param name="Chip">Label of the chip.</param>
/// <param name="Used">Whether a process uses it.</param>
/// <param name="Consumer">Name that this process has given; may be empty.</param>
internal sealed record PinLine(string Pin, string Name, string Chip, bool Used, string Consumer);

/// <summary>The lines of this machine.</summary>
/// <param name="Lines">Those with a name.</param>
/// <param name="Problem">Why none can be listed, as a sentence; null when they can.</param>
internal sealed record PinLines(IReadOnlyList<PinLine> Lines, string? Problem);

/// <summary><c>/api/pins</c>: the configured pins, and the lines of this machine.</summary>
internal sealed class PinsEndpoints(SettingsWriter writer, SettingsEditor editor, IGpioChips chips) : IEndpointGroup
{
    private const string Tag = "settings";
    private const int MaxLines = 256;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/pins", Get).Describe("getPins", Tag, "The configured pins.");
        routes
            .MapPut("/api/pins", SetAsync)
            .Describe("setPins", Tag, "Replaces the configured pins; the change applies after a restart.")
            .Problems(StatusCodes.Status409Conflict);
        routes.MapGet("/api/pins/lines", ListAsync).Describe("listPinLines", Tag, "The lines of this machine that have a name.");
    }

    private Ok<PinsReport> Get() => TypedResults.Ok(PinSettings.Read(writer.ReadCurrent()));

    private async Task<Results<Ok<PinsReport>, ValidationProblem, ProblemHttpResult>> SetAsync(PinsReport body)
    {
        DeviceSettings fresh = writer.ReadCurrent();
        string? overridden = SettingsWriter.Overridden(fresh, PinSettings.OutputsKey)
            ?? SettingsWriter.Overridden(fresh, PinSettings.InputsKey);
        if (overridden is not null)
            return Problems.Conflict(overridden);
        if (body.Outputs.Any(pin => pin is null) || body.Inputs.Any(pin => pin is null))
            return Problems.BadRequest("A pin is missing.");
        try
        {
            SettingsEdit edit = await editor.ApplyAsync(PinSettings.Write(body), PinSettings.Field).ConfigureAwait(false);
            return edit.Errors.Count > 0 ? Problems.Invalid(edit.Errors) : Get();
        }
        catch (IOException exception)
        {
            return Problems.Conflict(exception.Message);
        }
    }

    private async Task<Ok<PinLines>> ListAsync(CancellationToken cancellationToken) =>
        TypedResults.Ok(await Task.Run(List, cancellationToken).ConfigureAwait(false));

    private PinLines List()
    {
        try
        {
            var lines = new List<PinLine>();
            foreach (GpioChip chip in chips.List())
            {
                for (int offset = 0; offset < chip.Lines && lines.Count < MaxLines; offset++)
                {
                    if (chips.Line(chip, offset) is { Name.Length: > 0 } line)
                        lines.Add(new PinLine($"{chip.Label}:{offset}", line.Name, chip.Label, line.Used, line.Consumer));
                }
            }

            return new PinLines(lines, null);
        }
        catch (GpioException exception)
        {
            return new PinLines([], exception.Message);
        }
    }
}
