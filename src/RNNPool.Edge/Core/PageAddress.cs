namespace RNNPool.Edge.Core;

/// <summary>Address of the page, for parts that show it. Thread-safe.</summary>
internal sealed class PageAddress
{
    private volatile Uri? _value;
    private int _opened;

    /// <summary>Raised when the address becomes known, and when the page is opened for the first time.</summary>
    public event Action? Changed;

    /// <summary>Whether a browser has opened the page since the start.</summary>
    public bool IsOpened => Volatile.Read(ref _opened) != 0;

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

    /// <summary>Records that a browser has opened the page.</summary>
    public void RecordOpened()
    {
        if (Interlocked.Exchange(ref _opened, 1) == 0)
            Changed?.Invoke();
    }
}
