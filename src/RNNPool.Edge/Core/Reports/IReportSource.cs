namespace RNNPool.Edge.Core.Reports;

/// <summary>
/// A feature's contribution to the reports of the device: figures, retained topics, and the entities that show or control them in a home
/// automation system. A feature may register several sources.
/// </summary>
internal interface IReportSource
{
    /// <summary>Raised when a topic or an entity has changed. Figures are read at an interval and need no event.</summary>
    event Action? Changed
    {
        add { }
        remove { }
    }

    /// <summary>Raised with a message about a moment, such as the press of a button; discarded while there is no connection.</summary>
    event Action<ReportMessage>? Sent
    {
        add { }
        remove { }
    }

    /// <summary>The device that the entities belong to; null for the device itself. Read for each announcement.</summary>
    ReportDevice? Device => null;

    /// <summary>Figures of the diagnostics topic. Constant.</summary>
    IReadOnlyList<ReportFigure> Figures => [];

    /// <summary>Retained topics. Constant.</summary>
    IReadOnlyList<ReportTopic> Topics => [];

    /// <summary>Entities besides those of the figures. Read for each announcement, because they may follow live settings.</summary>
    IReadOnlyList<ReportEntity> Entities => [];
}

/// <summary>A device that is connected through this one, such as a coprocessor.</summary>
/// <param name="Suffix">Appended to the id of the device, such as <c>coprocessor</c>.</param>
/// <param name="Model">Its model.</param>
/// <param name="Version">Version of its firmware; null while it is unknown.</param>
/// <param name="AvailabilityTopic">Topic below the prefix that is <c>online</c> while it can be used.</param>
internal sealed record ReportDevice(string Suffix, string Model, string? Version, string AvailabilityTopic);

/// <summary>A number of the diagnostics topic.</summary>
/// <param name="Field">Name in the JSON object.</param>
/// <param name="Read">Reads the number; null while it is unknown.</param>
/// <param name="Decimals">Decimals of the number.</param>
internal sealed record ReportFigure(string Field, Func<double?> Read, int Decimals = 0)
{
    /// <summary>The entity that shows the number; null for none.</summary>
    public FigureEntity? Entity { get; init; }
}

/// <summary>The sensor that shows a figure.</summary>
/// <param name="Key">Key of the entity; stays the same across versions.</param>
/// <param name="Name">Name after that of the device.</param>
/// <param name="Unit">Unit; null for none.</param>
/// <param name="DeviceClass">Device class, such as <c>duration</c>; null for none.</param>
/// <param name="IsCounter">Whether the number only increases.</param>
internal sealed record FigureEntity(string Key, string Name, string? Unit = null, string? DeviceClass = null, bool IsCounter = false)
{
    /// <summary>Whether the number is 1 while there is a problem, and 0 while there is none.</summary>
    public bool IsProblem { get; init; }
}

/// <summary>A retained topic.</summary>
/// <param name="Name">Name below the prefix, such as <c>health</c>.</param>
/// <param name="Read">Reads the payload.</param>
internal sealed record ReportTopic(string Name, Func<byte[]> Read);

/// <summary>A message that is published once and is not retained.</summary>
/// <param name="Topic">Name of its topic below the prefix, such as <c>button</c>.</param>
/// <param name="Payload">The payload.</param>
internal sealed record ReportMessage(string Topic, byte[] Payload);

/// <summary>
/// Name of a retained topic below the prefix. Features register it even while they are switched off, so that <c>mqtt remove</c> also clears
/// what an earlier configuration has published.
/// </summary>
/// <param name="Name">Its name, such as <c>health</c>.</param>
/// <param name="DeviceSuffix">Suffix of the <see cref="ReportDevice"/> that is announced with it; null for none.</param>
internal sealed record RetainedTopic(string Name, string? DeviceSuffix = null);
