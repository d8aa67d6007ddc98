namespace RNNPool.Edge.Web.Access;

/// <summary>
/// Ends the long answers that were opened with a secret of <see cref="StoredAccess"/> when the secret is no longer valid. Not thread-safe.
/// </summary>
internal sealed class SecretEndings
{
    private readonly Dictionary<string, CancellationTokenSource> _endings = [];

    /// <summary>The name of a key, by which <see cref="Find"/> knows it; tokens are known by their hashes.</summary>
    public static string NameOf(byte[] key) => AccessStore.Hash(Convert.ToHexString(key));

    /// <summary>Cancelled when the secret is no longer valid.</summary>
    public CancellationToken Find(string secret)
    {
        if (!_endings.TryGetValue(secret, out CancellationTokenSource? ending))
            _endings[secret] = ending = new CancellationTokenSource();
        return ending.Token;
    }

    /// <summary>Ends the answers of all secrets that are not in the file.</summary>
    public void Update(StoredAccess? access)
    {
        HashSet<string> valid = [.. (access?.Tokens ?? []).Select(token => token.Hash)];
        if (access?.PictureKey is { } key)
            valid.Add(NameOf(key));
        foreach (string secret in _endings.Keys.Where(secret => !valid.Contains(secret)).ToArray())
        {
            // The callbacks run on another thread, because they may call the store, whose lock is held.
            if (_endings.Remove(secret, out CancellationTokenSource? ending))
                _ = ending.CancelAsync();
        }
    }
}
