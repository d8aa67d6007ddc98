using System.Net;

namespace RNNPool.Edge.Web.Access;

/// <summary>The outcome of a check of a password.</summary>
/// <param name="IsRight">Whether it is the password.</param>
/// <param name="RetryAfter">How long the caller must wait before the next attempt; zero when the attempt was made.</param>
internal readonly record struct PasswordOutcome(bool IsRight, TimeSpan RetryAfter);

/// <summary>
/// Checks passwords one at a time and within <see cref="SignInLimit"/>, because each check deliberately costs much processor time. Programs
/// on this machine have no limit. Thread-safe.
/// </summary>
internal sealed partial class PasswordCheck(AccessStore store, SignInLimit limit, ILogger<AccessStore> logger) : IDisposable
{
    /// <summary>Most callers that wait while another password is checked.</summary>
    private const int MaxWaiting = 4;

    private static readonly TimeSpan CrowdedWait = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _turn = new(1);
    private int _waiting;

    /// <summary>Checks a password.</summary>
    /// <param name="address">Address of the caller; null for a program on this machine.</param>
    /// <param name="password">The password that the caller sent.</param>
    /// <param name="cancellationToken">Ends the wait for the turn.</param>
    public async Task<PasswordOutcome> VerifyAsync(IPAddress? address, string password, CancellationToken cancellationToken)
    {
        string? key = address is null ? null : RequestOrigin.LimitKey(address);
        TimeSpan wait = key is null ? TimeSpan.Zero : limit.Take(key);
        if (wait > TimeSpan.Zero)
            return new PasswordOutcome(false, wait);
        if (Interlocked.Increment(ref _waiting) > MaxWaiting && key is not null && !limit.IsKnown(key))
        {
            Interlocked.Decrement(ref _waiting);
            return new PasswordOutcome(false, CrowdedWait);
        }

        bool isRight = await VerifyInTurnAsync(password, cancellationToken).ConfigureAwait(false);
        if (!isRight)
            LogWrong(address ?? IPAddress.Loopback);
        else if (key is not null)
            limit.Restore(key);
        return new PasswordOutcome(isRight, TimeSpan.Zero);
    }

    public void Dispose() => _turn.Dispose();

    private async Task<bool> VerifyInTurnAsync(string password, CancellationToken cancellationToken)
    {
        try
        {
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return password.Length <= PasswordHash.MaxLength
                    && await Task.Run(() => store.IsPassword(password), CancellationToken.None).ConfigureAwait(false);
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    [LoggerMessage(2014, LogLevel.Warning, "A sign-in from {Address} used a wrong password.")]
    private partial void LogWrong(IPAddress? address);
}
