namespace RNNPool.Edge.Core;

/// <summary>Address of the page, for parts that show it. Thread-safe.</summary>
internal sealed class PageAddress
{
    private volatile IReadOnlyList<Uri> _inNetwork = [];
    private volatile Uri? _value;
    private int _opened;

    /// <summary>Raised when the address becomes known, and when the page is opened for the first time.</summary>
    public event Action? Changed;

    /// <summary>Whether a browser has opened the page since the start.</summary>
    public bool IsOpened => Volatile.Read(ref _opened) != 0;

    /// <summary>
    /// The address to open: one that a browser in the same network can open where the page is served there, else one for this machine;
    /// null while the page is not served.
    /// </summary>
    public Uri? Value
    {
        get => _value;
        set
        {
            _value = value;
            Changed?.Invoke();
        }
    }

    /// <summary>The addresses that a browser in the same network can open; empty while the page is served to this machine only.</summary>
    public IReadOnlyList<Uri> InNetwork => _inNetwork;

    /// <summary>Replaces the addresses.</summary>
    /// <param name="local">The address for this machine.</param>
    /// <param name="inNetwork">Those for browsers in the same network, the most reliable one first.</param>
    /// <returns>Whether they differ from the addresses so far.</returns>
    public bool Replace(Uri local, IReadOnlyList<Uri> inNetwork)
    {
        Uri next = inNetwork.Count > 0 ? inNetwork[0] : local;
        if (next == _value && inNetwork.SequenceEqual(_inNetwork))
            return false;
        _inNetwork = inNetwork;
        Value = next;
        return true;
    }

    /// <summary>Records that a browser has opened the page.</summary>
    public void RecordOpened()
    {
        if (Interlocked.Exchange(ref _opened, 1) == 0)
            Changed?.Invoke();
    }
}
