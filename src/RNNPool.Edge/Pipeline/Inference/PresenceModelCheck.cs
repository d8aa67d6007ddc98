using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Engines;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline.Inference;

/// <summary>Finds settings with which the model of the settings can never announce a presence.</summary>
internal sealed class PresenceModelCheck(
    IOptions<ModelOptions> model,
    ILive<PresenceOptions> presence,
    ILive<CamerasOptions>? cameras = null
) : ISettingCheck
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Sections { get; } = [PresenceOptions.SectionName, ModelOptions.SectionName, CamerasOptions.SectionName];

    /// <inheritdoc/>
    public IEnumerable<string> FindProblems()
    {
        if (FindModel() is not { } folder)
            return [];
        bool locates = folder.Architecture.Detection is not null;
        return
        [
            .. Find(presence.Current, folder.Name, folder.Architecture.ObjectLabels, locates),
            .. FindInCameras(cameras?.Current, folder.Name, locates),
        ];
    }

    /// <summary>One sentence for each camera of <c>Cameras</c> that can announce nothing.</summary>
    public static IEnumerable<string> FindInCameras(CamerasOptions? cameras, string name, bool locates) =>
        (cameras ?? [])
            .Where(camera => camera.Value.OnlyInZones && !locates)
            .Select(camera => DescribeZones($"{CamerasOptions.SectionName}:{camera.Key}", name));

    private static string DescribeZones(string section, string name) =>
        $"{section}:OnlyInZones is true, but the model {name} reports only whether there is an object, not where: "
        + "no presence could be announced.";

    /// <summary>One sentence for each setting with which a model can announce nothing.</summary>
    public static IEnumerable<string> Find(PresenceOptions options, string name, IReadOnlyList<string> labels, bool locates)
    {
        if (options.Labels.Length > 0 && !options.Labels.Intersect(labels, StringComparer.Ordinal).Any())
        {
            yield return $"Presence:Labels is '{SettingRules.Printable(string.Join(", ", options.Labels))}', but the labels of the model "
                + $"{name} are {string.Join(", ", labels)}: no presence could be announced.";
        }

        if (options.OnlyInZones && !locates)
            yield return DescribeZones(PresenceOptions.SectionName, name);
    }

    /// <summary>The model; null for one that cannot be used, which the check of the model reports.</summary>
    private ModelFolder? FindModel()
    {
        try
        {
            return ModelFolder.Open(model.Value.Resolve());
        }
        catch (ModelException)
        {
            return null;
        }
    }
}

/// <summary>Reports settings with which the model in use can never announce a presence.</summary>
internal sealed partial class PresenceHealth(IDetector detector, ILive<PresenceOptions> presence, ILogger<PresenceHealth> logger)
    : IHealthSource
{
    private readonly ILogger _logger = logger;
    private PresenceOptions? _checked;
    private string? _problem;

    /// <inheritdoc/>
    public string Name => "presence";

    /// <inheritdoc/>
    public string? Failure => null;

    /// <inheritdoc/>
    public string? Degradation
    {
        get
        {
            PresenceOptions options = presence.Current;
            if (ReferenceEquals(options, _checked))
                return _problem;
            _problem = PresenceModelCheck.Find(options, detector.Model, detector.Labels, detector.LocatesObjects).FirstOrDefault();
            _checked = options;
            if (_problem is not null)
                LogProblem(_problem);
            return _problem;
        }
    }

    [LoggerMessage(1691, LogLevel.Warning, "{Problem}")]
    private partial void LogProblem(string problem);
}
