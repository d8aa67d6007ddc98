namespace RNNPool.Edge.Web.Access;

/// <summary>
/// Limits attempts to guess the password, by address and for all addresses together, because many addresses may make one attempt each. An
/// attempt takes a token from a bucket that refills slowly; a right password restores the bucket of its address. The limit for all
/// addresses does not apply to an address from which the right password came, so that guesses from elsewhere do not lock the owner out.
/// Thread-safe.
/// </summary>
internal sealed class SignInLimit(TimeProvider time)
{
    /// <summary>Attempts of one address before it must wait.</summary>
    public const int PerAddress = 5;

    /// <summary>Attempts of all addresses before they must wait.</summary>
    public const int Overall = 30;

    /// <summary>Most addresses in memory.</summary>
    public const int MaxAddresses = 1024;

    /// <summary>Most addresses from which the right password came.</summary>
    public const int MaxKnown = 64;

    /// <summary>Time in which one address gets one more attempt.</summary>
    public static readonly TimeSpan AddressRefill = TimeSpan.FromSeconds(30);

    /// <summary>Time in which all addresses get one more attempt.</summary>
    public static readonly TimeSpan OverallRefill = TimeSpan.FromSeconds(4);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Bucket> _addresses = [];
    private readonly Queue<string> _known = new();
    private Bucket _overall = new(Overall, time.GetTimestamp());

    /// <summary>Takes one attempt.</summary>
    /// <param name="address">Key of the caller.</param>
    /// <returns>How long to wait; zero when the attempt may be made.</returns>
    public TimeSpan Take(string address)
    {
        lock (_lock)
        {
            long now = time.GetTimestamp();
            Bucket own = Refill(_addresses.GetValueOrDefault(address, new Bucket(PerAddress, now)), PerAddress, AddressRefill, now);
            Bucket all = Refill(_overall, Overall, OverallRefill, now);
            _overall = all;
            bool known = _known.Contains(address);
            TimeSpan forAll = known ? TimeSpan.Zero : Missing(all, OverallRefill);
            TimeSpan wait = TimeSpan.FromTicks(Math.Max(Missing(own, AddressRefill).Ticks, forAll.Ticks));
            bool may = wait <= TimeSpan.Zero;
            if (may)
                own = own with { Level = own.Level - 1 };
            if (may && !known)
                _overall = all with { Level = all.Level - 1 };
            if (!_addresses.ContainsKey(address) && _addresses.Count >= MaxAddresses)
                RemoveOldest(now);
            _addresses[address] = own;
            return may ? TimeSpan.Zero : wait;
        }
    }

    /// <summary>Restores the attempts of an address after a right password, and returns its attempt to the limit of all.</summary>
    public void Restore(string address)
    {
        lock (_lock)
        {
            _addresses.Remove(address);
            if (_known.Contains(address))
                return;
            _overall = _overall with { Level = Math.Min(Overall, _overall.Level + 1) };
            _known.Enqueue(address);
            if (_known.Count > MaxKnown)
                _known.Dequeue();
        }
    }

    /// <summary>Whether the right password came from an address.</summary>
    public bool IsKnown(string address)
    {
        lock (_lock)
            return _known.Contains(address);
    }

    private Bucket Refill(Bucket bucket, int capacity, TimeSpan refill, long now) =>
        new(Math.Min(capacity, bucket.Level + (time.GetElapsedTime(bucket.At, now) / refill)), now);

    private static TimeSpan Missing(Bucket bucket, TimeSpan refill) => bucket.Level >= 1 ? TimeSpan.Zero : refill * (1 - bucket.Level);

    /// <summary>Removes the addresses that have waited longest; the limit of all still applies to them.</summary>
    private void RemoveOldest(long now)
    {
        foreach (
            string address in _addresses
                .OrderByDescending(pair => time.GetElapsedTime(pair.Value.At, now))
                .Take(MaxAddresses / 4)
                .Select(pair => pair.Key)
                .ToArray()
        )
            _addresses.Remove(address);
    }

    private readonly record struct Bucket(double Level, long At);
}
