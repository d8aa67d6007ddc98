using RNNPool.Edge.Core;

namespace RNNPool.Edge.Parts;

/// <summary>
/// The configured parts, for health and <c>/api/parts</c>. A part that fails degrades the device and never stops it. Thread-safe.
/// </summary>
internal sealed class PartsStatus(IEnumerable<IPart> parts, TimeProvider timeProvider) : IHealthSource
{
    private readonly PartState[] _states = [.. parts.Select(part => new PartState(part, timeProvider))];

    /// <inheritdoc/>
    public string Name => "parts";

    /// <inheritdoc/>
    public string? Failure => null;

    /// <inheritdoc/>
    public string? Degradation
    {
        get
        {
            string[] failures = [.. _states.Select(state => state.Failure).OfType<string>()];
            return failures.Length == 0 ? null : string.Join(' ', failures);
        }
    }

    /// <summary>State of each part.</summary>
    public IReadOnlyList<PartState> States => _states;

    /// <summary>The part of a name; null when it is not configured.</summary>
    public PartState? Find(string name) => Array.Find(_states, state => state.Part.Name == name);

    /// <summary>All parts as the API shows them.</summary>
    public IReadOnlyList<PartReport> Report() =>
        [.. _states.Select(state => new PartReport(state.Part.Name, state.Part.IsSimulated, state.Failure, state.Part.View()))];
}

/// <summary>One part in <c>/api/parts</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Simulated">Whether it exists in memory only.</param>
/// <param name="Failure">Why it cannot be used, as a sentence; null while it can.</param>
/// <param name="View">What it shows or measures.</param>
internal sealed record PartReport(string Name, bool Simulated, string? Failure, PartView View);
