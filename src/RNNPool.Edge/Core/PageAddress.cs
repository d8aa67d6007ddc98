namespace RNNPool.Edge.Core;

/// <summary>Address of the page, for parts that show it. Thread-safe.</summary>
internal sealed class PageAddress
{
    private volatile Uri? _value;

    /// <summary>Raised when the address becomes known.</summary>
    public event Action? Changed;

    /// <summary>The address that a browser in the same network can open; null while the page is not served.</summary>
    public Uri? Value
    {
        get => _value;
        set
        {
            _value = value;
            Changed?.Invoke();
        }
    }
}
