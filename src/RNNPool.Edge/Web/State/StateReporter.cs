namespace RNNPool.Edge.Web.State;

/// <summary>A part of the state that a feature contributes.</summary>
internal interface IStateSection
{
    /// <summary>Fills in the part as it is now.</summary>
    void Write(StateReport report);
}

/// <summary>Creates the state from the registered sections. Thread-safe.</summary>
internal sealed class StateReporter(IEnumerable<IStateSection> sections)
{
    private readonly IStateSection[] _sections = [.. sections];

    /// <summary>The state as it is now.</summary>
    public StateReport Create()
    {
        var report = new StateReport();
        foreach (IStateSection section in _sections)
            section.Write(report);
        return report;
    }
}
