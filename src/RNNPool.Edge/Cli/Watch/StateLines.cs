using System.Globalization;
using RNNPool.Edge.Diagnostics;
using Spectre.Console;
using Spectre.Console.Rendering;
using static RNNPool.Edge.Cli.Watch.LineText;

namespace RNNPool.Edge.Cli.Watch;

/// <summary>The lines that describe the parts of a device: camera, engine, coprocessor, broker, figures and health.</summary>
/// <param name="state">The last state of the device.</param>
/// <param name="sample">Newer figures than those of the state; null without any.</param>
internal sealed class StateLines(WatchState state, Sample? sample)
{
    /// <summary>Age in milliseconds from which a frame is highlighted.</summary>
    private const double OldFrame = 5000;

    /// <summary>One line for each part of the device.</summary>
    public IEnumerable<List<Segment>> All()
    {
        if (state.ZoneCounts is { Count: > 0 } zones)
            yield return Part(
                "zones",
                Span(
                    string.Join(", ", zones.OrderBy(zone => zone.Key, StringComparer.Ordinal).Select(zone => $"{zone.Key} {zone.Value}")),
                    Plain
                )
            );
        if (state.Camera is { } camera)
            yield return Camera(camera);
        if (state.Engine is { } engine)
            yield return Part("engine", Span($"{engine.Name}, {engine.Model}", Plain));
        if (state.Coprocessor is { } coprocessor)
            yield return Part("coprocessor", [.. Coprocessor(coprocessor)]);
        yield return state.Mqtt is { } mqtt ? Broker(mqtt) : Part("mqtt", Span("off", Faint));
        foreach (List<Segment> figure in Figures())
            yield return figure;
        if (state.Health is { } health)
            yield return Health(health);
    }

    private List<Segment> Camera(WatchCamera camera)
    {
        Style style = camera.State switch
        {
            "open" => Good,
            "ended" => Plain,
            _ => Bad,
        };
        string size = camera.Width > 0 ? $"{camera.Width}x{camera.Height}, " : "";
        string detail = camera.Failure ?? $"{size}{Number(sample?.CaptureFps ?? camera.Fps)} fps, {camera.Source}";
        return Part("camera", Span(camera.State ?? "?", style), Span($"  {detail}", Plain));
    }

    private static List<Segment> Broker(WatchMqtt mqtt)
    {
        string detail = mqtt.Connected || mqtt.LastError is null ? $"{mqtt.Broker}{(mqtt.Tls ? ", TLS" : "")}" : mqtt.LastError;
        return Part("mqtt", Span(mqtt.Connected ? "connected" : "lost", mqtt.Connected ? Good : Bad), Span($"  {detail}", Plain));
    }

    private static List<Segment> Health(WatchHealth health)
    {
        Style style = health.State switch
        {
            "good" => Good,
            "failed" => Bad,
            "degraded" => Warn,
            _ => Plain,
        };
        string? reason =
            health.Reasons is { Count: > 0 } reasons ? reasons[0]
            : health.Degradations is { Count: > 0 } less ? less[0]
            : null;
        return Part("health", Span(health.State ?? "?", style), Span(reason is null ? "" : $"  {reason}", Plain));
    }

    private static IEnumerable<Segment> Coprocessor(WatchCoprocessor coprocessor)
    {
        yield return Span(coprocessor.InUse ? "in use" : coprocessor.Link ?? "?", coprocessor.InUse ? Good : Warn);
        string board = coprocessor.Device is { } device ? $"  {device.Board}, {device.Model ?? "no model"}" : $"  {coprocessor.Endpoint}";
        string more =
            coprocessor.UploadPercent is { } percent ? $", uploading {percent} %"
            : coprocessor.InUse ? ""
            : (coprocessor.Obstacle ?? coprocessor.LastError) is { } why ? $": {why}"
            : "";
        yield return Span(board + more, Plain);
    }

    private IEnumerable<List<Segment>> Figures()
    {
        double fps = sample?.Fps ?? state.Engine?.Fps ?? 0,
            age = sample?.FrameAgeMs ?? state.Camera?.FrameAgeMs ?? 0;
        double? inference = sample?.InferenceMs ?? state.Engine?.InferenceMs;
        yield return Part("speed", Span($"{Number(fps)} fps, {(inference is { } ms ? $"{Number(ms)} ms each" : "no frame yet")}", Plain));
        yield return Part(
            "frame age",
            Span(
                age < 1000 ? $"{age.ToString("0", CultureInfo.InvariantCulture)} ms" : $"{Number(age / 1000)} s",
                age < OldFrame ? Plain : Bad
            )
        );
        if ((sample?.TemperatureC ?? state.TemperatureC) is { } temperature)
            yield return Part("temperature", Span($"{Number(temperature)} °C", Plain));
    }

    /// <summary>
    /// The presences by label, or their number without labels. A classifier reports that there is an object, not how many.
    /// </summary>
    public static string Counts(WatchState state)
    {
        string parts = state.Counts is { Count: > 0 } counts
            ? string.Join(
                ", ",
                counts
                    .Where(count => count.Value > 0)
                    .OrderBy(count => count.Key, StringComparer.Ordinal)
                    .Select(count => state.Engine is { LocatesObjects: false } ? count.Key : $"{count.Value} {count.Key}")
            )
            : "";
        return parts.Length > 0 ? parts : state.Count.ToString(CultureInfo.InvariantCulture);
    }
}
