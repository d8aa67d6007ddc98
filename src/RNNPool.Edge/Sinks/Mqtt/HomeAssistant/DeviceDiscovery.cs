using System.Text.Json.Nodes;
using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

/// <summary>Creates the discovery messages from the figures and entities of all features.</summary>
/// <param name="identity">The device.</param>
/// <param name="detector">The model.</param>
/// <param name="sources">Figures and entities.</param>
/// <param name="topics">The topics.</param>
/// <param name="page">The page, to which Home Assistant links.</param>
/// <param name="reportInterval">Time between two reports of figures.</param>
internal sealed class DeviceDiscovery(
    DiscoveryIdentity identity,
    IDetector detector,
    IEnumerable<IReportSource> sources,
    MqttTopics topics,
    PageAddress page,
    TimeSpan reportInterval
)
{
    /// <summary>Missed reports after which the entity of a figure becomes unknown.</summary>
    private const int MissedReports = 3;

    private readonly IReportSource[] _sources = [.. sources];

    /// <summary>Raised when a topic, an entity or the address of the page has changed.</summary>
    public event Action? Changed
    {
        add
        {
            foreach (IReportSource source in _sources)
                source.Changed += value;
            page.Changed += value;
        }
        remove
        {
            foreach (IReportSource source in _sources)
                source.Changed -= value;
            page.Changed -= value;
        }
    }

    /// <summary>The present messages, by device key.</summary>
    public IReadOnlyDictionary<string, DiscoveryDocument> CreateDocuments()
    {
        var documents = new Dictionary<string, DiscoveryDocument>(StringComparer.Ordinal) { [identity.Key] = CreateOwn() };
        foreach (IReportSource source in _sources)
        {
            DiscoveryDocument document = Find(documents, source.Device);
            foreach (ReportEntity entity in source.Entities)
                document.Add(entity);
            foreach (ReportFigure figure in source.Figures)
            {
                if (figure.Entity is { } entity)
                    document.Add(Sensor(figure, entity));
            }
        }

        return documents;
    }

    private DiscoveryDocument Find(Dictionary<string, DiscoveryDocument> documents, ReportDevice? device)
    {
        if (device is null)
            return documents[identity.Key];
        string key = identity.KeyOf(device.Suffix);
        if (!documents.TryGetValue(key, out DiscoveryDocument? document))
            documents[key] = document = Create(device);
        return document;
    }

    private DiscoveryDocument CreateOwn()
    {
        var device = new JsonObject
        {
            ["ids"] = new JsonArray(identity.Key),
            ["name"] = identity.Name,
            ["mf"] = "RNNPool.Edge",
            ["mdl"] = $"Detector with {detector.Model}",
            ["sn"] = identity.Id,
            ["sw"] = ProductVersion.Text,
        };
        if (identity.Area is { } area)
            device["sa"] = area;
        if (page.InNetwork is [var address, ..])
            device["cu"] = address.GetLeftPart(UriPartial.Authority);
        return new DiscoveryDocument(identity.Key, identity.EntityPrefix, device, ProductVersion.Text, topics, topics.Availability);
    }

    private DiscoveryDocument Create(ReportDevice connected)
    {
        string key = identity.KeyOf(connected.Suffix);
        var device = new JsonObject
        {
            ["ids"] = new JsonArray(key),
            ["name"] = $"{identity.Name} {connected.Suffix}",
            ["mf"] = "RNNPool.Edge",
            ["mdl"] = connected.Model,
            ["via_device"] = identity.Key,
        };
        if (connected.Version is { } version)
            device["sw"] = version;
        if (identity.Area is { } area)
            device["sa"] = area;
        return new DiscoveryDocument(
            key,
            identity.EntityPrefix is { } prefix ? $"{prefix}_{connected.Suffix}" : null,
            device,
            ProductVersion.Text,
            topics,
            topics.Availability,
            topics.Below(connected.AvailabilityTopic)
        );
    }

    // A figure that is unknown is null, and the template's None makes the entity unknown.
    private ReportEntity Sensor(ReportFigure figure, FigureEntity entity)
    {
        List<(string Key, JsonNode Value)> options =
        [
            ("stat_t", topics.Diagnostics),
            ("ent_cat", "diagnostic"),
            ("exp_aft", (int)Math.Ceiling(reportInterval.TotalSeconds * MissedReports)),
        ];
        if (entity.IsProblem)
        {
            options.Add(("val_tpl", $"{{{{ {{0: 'OFF', 1: 'ON'}}.get(value_json.{figure.Field}) }}}}"));
            options.Add(("dev_cla", "problem"));
            return new ReportEntity(entity.Key, "binary_sensor", entity.Name, [.. options]);
        }

        options.Add(("val_tpl", $"{{{{ value_json.{figure.Field} }}}}"));
        options.Add(("stat_cla", entity.IsCounter ? "total_increasing" : ReportEntity.Measurement));
        options.Add(("sug_dsp_prc", figure.Decimals));
        if (entity.Unit is { } unit)
            options.Add(("unit_of_meas", unit));
        if (entity.DeviceClass is { } deviceClass)
            options.Add(("dev_cla", deviceClass));
        return new ReportEntity(entity.Key, "sensor", entity.Name, [.. options]);
    }
}
