using System.Globalization;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Parts;

/// <summary>State of the device as displays and lights show it.</summary>
internal enum DisplayState
{
    /// <summary>Detection is active.</summary>
    Detecting,

    /// <summary>Detection is switched off, or an input pin requests privacy.</summary>
    Paused,

    /// <summary>A component that the device needs does not work.</summary>
    Problem,
}

/// <summary>What a display shows. Equal values need no transfer.</summary>
/// <param name="Count">Present objects that count.</param>
/// <param name="Noun">Noun for the count, such as <c>faces</c>; without a count the label, empty where there are several.</param>
/// <param name="State">State of the device.</param>
/// <param name="Reason">Why it is paused or does not work, as a sentence; null while it detects.</param>
/// <param name="Page">Address of the page; null while it is not known.</param>
internal readonly record struct DisplayContent(int Count, string Noun, DisplayState State, string? Reason, Uri? Page)
{
    /// <summary>Whether the model counts; a classifier reports only whether there is an object.</summary>
    public bool IsCounted { get; init; } = true;

    /// <summary>The presence in a word, for a model that does not count.</summary>
    public string PresenceText => Count > 0 ? "present" : "absent";

    /// <summary>The presence in a line, such as <c>2 faces</c> or <c>person absent</c>.</summary>
    public string Summary =>
        IsCounted ? string.Create(CultureInfo.InvariantCulture, $"{Count} {Noun}") : $"{Noun} {PresenceText}".TrimStart();

    /// <summary>The state in one word.</summary>
    public string StateText =>
        State switch
        {
            DisplayState.Paused => "Paused",
            DisplayState.Problem => "Problem",
            _ => "Detecting",
        };

    /// <summary>The page's address as a person types it, without the default scheme and the last slash; empty while unknown.</summary>
    public string Address =>
        Page is not { } page ? ""
        : page.Scheme == Uri.UriSchemeHttp ? page.Authority
        : page.GetLeftPart(UriPartial.Authority);
}

/// <summary>Reads what displays and lights show from the parts of the device. Thread-safe.</summary>
internal sealed class DisplaySource(
    OccupancyState occupancy,
    DeviceControls controls,
    IHealthMonitor health,
    PageAddress page,
    IDetector detector
)
{
    private readonly string _label = detector.Labels is [string only] ? only : "";
    private volatile Noun? _noun;

    /// <summary>Reads the present content. Allocates nothing while the occupancy stays the same.</summary>
    public DisplayContent Read()
    {
        Occupancy present = occupancy.Current;
        HealthReport report = health.Current;

        // A pause explains why nothing is detected, so it has priority over what does not work meanwhile.
        (DisplayState state, string? reason) =
            controls.Pause is { } pause ? (DisplayState.Paused, pause)
            : report.Healthy ? (DisplayState.Detecting, null)
            : (DisplayState.Problem, report.Reasons is [string first, ..] ? first : null);
        bool counts = detector.LocatesObjects;
        return new DisplayContent(present.Count, counts ? FindNoun(present) : _label, state, reason, page.Value) { IsCounted = counts };
    }

    /// <summary>Subscribes to the page's address, which is no trigger of all parts.</summary>
    public IDisposable Subscribe(PartSignal signal) => new Subscription(page, signal);

    private string FindNoun(Occupancy present)
    {
        Noun? noun = _noun;
        if (!ReferenceEquals(noun?.Occupancy, present))
            _noun = noun = new Noun(present);
        return noun.Text;
    }

    private sealed class Noun(Occupancy occupancy)
    {
        public Occupancy Occupancy { get; } = occupancy;

        // A model of one label has one noun; with several, or before the first object, there is none that suits.
        public string Text { get; } =
            occupancy.Counts.Count != 1 ? "present"
            : occupancy.Counts.First().Key is var label && occupancy.Count == 1 ? label
            : label == "person" ? "people"
            : label + "s";
    }

    private sealed class Subscription : IDisposable
    {
        private readonly PageAddress _page;
        private readonly PartSignal _signal;

        public Subscription(PageAddress page, PartSignal signal)
        {
            _page = page;
            _signal = signal;
            page.Changed += _signal.Set;
        }

        public void Dispose() => _page.Changed -= _signal.Set;
    }
}
