namespace RNNPool.Edge.Parts;

/// <summary>The measured ambient light, which a light sensor sets and lights follow. Thread-safe.</summary>
internal sealed class AmbientLight(PartTriggers triggers)
{
    private volatile bool _isDark;

    /// <summary>Whether it is dark; false without a sensor.</summary>
    public bool IsDark
    {
        get => _isDark;
        set
        {
            if (_isDark == value)
                return;
            _isDark = value;
            triggers.Set();
        }
    }
}
