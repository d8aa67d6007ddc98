using System.Security.Cryptography;
using System.Text;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Web.Access;

/// <summary>An API token without the token itself.</summary>
/// <param name="Id">Identity by which it is deleted.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Created">When it was created (UTC).</param>
/// <param name="LastUsed">When it was last used since the start of the device (UTC); null when it was not.</param>
internal sealed record TokenReport(string Id, string Name, DateTime Created, DateTime? LastUsed);

/// <summary>
/// The password and the API tokens. The file is read at the first use and after another program has changed it. Thread-safe.
/// </summary>
internal sealed partial class AccessStore(AccessFile file, TimeProvider time, ILogger<AccessStore> logger)
{
    /// <summary>Most tokens.</summary>
    public const int MaxTokens = 32;

    /// <summary>Longest name of a token in characters.</summary>
    public const int MaxNameLength = 64;

    private const string TokenPrefix = "rnnp_";
    private const int TokenBytes = 32;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTime> _used = [];
    private readonly SecretEndings _endings = new();
    private (DateTime Written, long Length) _stamp;
    private bool _loaded;
    private StoredAccess? _access;
    private string? _failure;

    /// <summary>Raised after another program has set or removed the password; existing sessions must end.</summary>
    public event Action? PasswordReplaced;

    /// <summary>Path of the file.</summary>
    public string File => file.Path;

    /// <summary>Whether there is a password. A file that cannot be read counts as a password that no attempt matches.</summary>
    public bool PasswordSet
    {
        get
        {
            lock (_lock)
                return Load() is { Password: not null } || _failure is not null;
        }
    }

    /// <summary>Whether the password is a one-time password, which is valid until the device is set up.</summary>
    public bool IsForSetup
    {
        get
        {
            lock (_lock)
                return Load() is { Password: not null, IsForSetup: true };
        }
    }

    /// <summary>Why all sign-ins are refused, as a sentence; null when they are not.</summary>
    public string? Failure
    {
        get
        {
            lock (_lock)
            {
                _ = Load();
                return _failure;
            }
        }
    }

    /// <summary>Reads the file if another program has changed it.</summary>
    public void Refresh()
    {
        lock (_lock)
            _ = Load();
    }

    /// <summary>Whether the password is correct. Deliberately slow.</summary>
    public bool IsPassword(string password)
    {
        StoredPassword? stored;
        lock (_lock)
            stored = Load()?.Password;
        return stored is not null && PasswordHash.Verify(password, stored);
    }

    /// <summary>Sets the password. Deliberately slow.</summary>
    /// <param name="password">The new password.</param>
    /// <param name="keepTokens">Whether the API tokens stay valid when there was another password.</param>
    /// <exception cref="IOException">The file cannot be written; the message is a sentence.</exception>
    public void SetPassword(string password, bool keepTokens = false)
    {
        StoredPassword stored = PasswordHash.Create(password);
        lock (_lock)
            Save((Load() ?? StoredAccess.None).Change(stored, keepTokens));
        LogPassword();
    }

    /// <summary>Removes the one-time password of a device that is set up, and the tokens that were created with it.</summary>
    public void EndSetup()
    {
        lock (_lock)
        {
            if (Load() is not { IsForSetup: true })
                return;
            _access = StoredAccess.None;
            _endings.Update(_access);
            PasswordReplaced?.Invoke();
            try
            {
                Save(_access);
                LogSetupEnded();
            }
            catch (IOException exception)
            {
                // It is invalid in this process, and the next start tries again.
                LogUnusable(exception.Message);
            }
        }
    }

    /// <summary>The tokens, oldest first.</summary>
    public IReadOnlyList<TokenReport> Tokens()
    {
        lock (_lock)
            return
            [
                .. (Load() ?? StoredAccess.None).Tokens.Select(token => new TokenReport(
                    token.Id,
                    token.Name,
                    token.Created,
                    _used.TryGetValue(token.Id, out DateTime used) ? used : null
                )),
            ];
    }

    /// <summary>Creates a token.</summary>
    /// <returns>The token itself, which is not stored, and its description; null when there are <see cref="MaxTokens"/> already.</returns>
    /// <exception cref="IOException">The file cannot be written; the message is a sentence.</exception>
    public (string Token, TokenReport Report)? AddToken(string name)
    {
        string token = TokenPrefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
        var stored = new StoredToken(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)),
            name,
            TimeLabel.ToMilliseconds(time.GetUtcNow()),
            Hash(token)
        );
        lock (_lock)
        {
            StoredAccess access = Load() ?? StoredAccess.None;
            if (access.Tokens.Count >= MaxTokens)
                return null;
            Save(access with { Tokens = [.. access.Tokens, stored] });
        }

        LogTokenAdded(name);
        return (token, new TokenReport(stored.Id, name, stored.Created, null));
    }

    /// <summary>Deletes a token.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="IOException">The file cannot be written; the message is a sentence.</exception>
    public bool RemoveToken(string id)
    {
        string? name;
        lock (_lock)
        {
            StoredAccess access = Load() ?? StoredAccess.None;
            name = access.Tokens.FirstOrDefault(token => token.Id == id)?.Name;
            if (name is null)
                return false;
            Save(access with { Tokens = [.. access.Tokens.Where(token => token.Id != id)] });
            _used.Remove(id);
        }

        LogTokenRemoved(name);
        return true;
    }

    /// <summary>Whether this is one of the tokens; records its use. Tokens are long and random, so a fast hash protects them.</summary>
    /// <param name="token">The token.</param>
    /// <param name="ending">Cancelled when it is no longer valid.</param>
    public bool TryUseToken(string token, out CancellationToken ending)
    {
        ending = default;
        if (!token.StartsWith(TokenPrefix, StringComparison.Ordinal) || token.Length != TokenPrefix.Length + (2 * TokenBytes))
            return false;
        string hash = Hash(token);
        lock (_lock)
        {
            if (Load()?.Tokens.FirstOrDefault(stored => FixedTimeEquals(stored.Hash, hash)) is not { } known)
                return false;
            _used[known.Id] = TimeLabel.ToMilliseconds(time.GetUtcNow());
            ending = _endings.Find(known.Hash);
            return true;
        }
    }

    internal static bool FixedTimeEquals(string a, string b) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));

    internal static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private StoredAccess? Load()
    {
        (DateTime Written, long Length) stamp = file.Stamp;
        if (_loaded && stamp == _stamp)
            return _access;
        (StoredAccess? before, bool again) = (_access, _loaded);
        _stamp = stamp;
        _loaded = true;
        _access = null;
        _failure = null;
        try
        {
            _access = file.Read();
        }
        catch (InvalidDataException exception)
        {
            _failure = exception.Message;
            LogUnusable(exception.Message);
        }

        _endings.Update(_access);
        if (again && !SamePassword(before?.Password, _access?.Password))
        {
            LogReplaced();
            PasswordReplaced?.Invoke();
        }

        return _access;
    }

    private static bool SamePassword(StoredPassword? a, StoredPassword? b) =>
        a is null ? b is null : b is not null && a.Salt.AsSpan().SequenceEqual(b.Salt) && a.Hash.AsSpan().SequenceEqual(b.Hash);

    private void Save(StoredAccess access)
    {
        if (_failure is not null)
            throw new IOException(_failure);
        file.Write(access);
        (_stamp, _access) = (file.Stamp, access);
        _endings.Update(access);
    }
}
