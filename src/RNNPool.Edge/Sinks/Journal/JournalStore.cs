using Microsoft.Data.Sqlite;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Journal;

/// <summary>
/// The journal's database with its failures: a database that cannot be used is closed and opened again with growing delays, a damaged one
/// is renamed and replaced. Deletes events by age and size, and pictures while they are not allowed. Not thread-safe;
/// <see cref="Failure"/> may be read by any thread.
/// </summary>
internal sealed partial class JournalStore(
    string path,
    ILive<JournalOptions> options,
    ImagePolicy images,
    TimeProvider timeProvider,
    ClockTrust clock,
    ILogger<EventJournal> logger
)
{
    private static readonly TimeSpan PruneInterval = TimeSpan.FromMinutes(1);

    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5));
    private readonly EntryAges _ages = new(timeProvider);
    private JournalDatabase? _database;
    private long _failedAt;
    private long _prunedAt;
    private TimeSpan _delay;
    private bool _picturesErased;
    private long _bytes;
    private volatile bool _holdsImages;
    private volatile string? _failure;

    /// <summary>Why the database cannot be used; null while it can.</summary>
    public string? Failure => _failure;

    /// <summary>Whether the database holds a picture.</summary>
    public bool HoldsImages => _holdsImages;

    /// <summary>Bytes in use.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Time until the database is opened again; zero when that is due.</summary>
    public TimeSpan RetryIn
    {
        get
        {
            TimeSpan left = _delay - timeProvider.GetElapsedTime(_failedAt);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    private string DamagedPath => path + ".damaged";

    /// <summary>Records a failure of the folder, which no retry can fix.</summary>
    public void FailPermanently(string reason) => _failure = reason;

    /// <summary>Opens the database unless it is open or a retry is not due yet.</summary>
    /// <returns>Whether it is open.</returns>
    public bool TryOpen()
    {
        if (_database is not null)
            return true;
        if (RetryIn > TimeSpan.Zero)
            return false;
        try
        {
            Attach(JournalDatabase.Open(path), isNew: false);
            Maintain(force: true);
            return true;
        }
        catch (Exception exception) when (StateDatabase.IsFailure(exception))
        {
            Fail(exception);
            return _database is not null;
        }
    }

    /// <summary>Commits events and pictures to the open database, all or none of them.</summary>
    /// <param name="batch">The events.</param>
    /// <param name="pictures">The pictures.</param>
    /// <param name="unmatched">Receives the pictures whose events are not in the database.</param>
    /// <returns>
    /// Whether they are committed. If not, the database is closed, or is a new one that has taken the place of a damaged one.
    /// </returns>
    public bool TryWrite(IReadOnlyList<JournalEntry> batch, IReadOnlyList<JournalPicture> pictures, List<JournalPicture> unmatched)
    {
        try
        {
            if (pictures.Count > 0)
                _holdsImages = true;
            _database!.Insert(batch, pictures, unmatched);
            _failure = null;
            _backoff.Reset();
            Maintain(force: false);
            return true;
        }
        catch (Exception exception) when (StateDatabase.IsFailure(exception))
        {
            Fail(exception);
            return false;
        }
    }

    /// <summary>Closes the database.</summary>
    public void Close()
    {
        try
        {
            _database?.Dispose();
        }
        catch (SqliteException)
        {
            // The last checkpoint did not fit on the disk; SQLite applies its log at the next start.
        }

        _database = null;
    }

    private void Attach(JournalDatabase database, bool isNew)
    {
        _database = database;
        _ages.Attach(database.LastSequence, isNew);
        _holdsImages = database.HasPictures;
        _picturesErased = false;
    }

    private void Maintain(bool force)
    {
        if (images.Allowed)
        {
            _picturesErased = false;
        }
        else if (!_picturesErased)
        {
            int erased = _database!.ErasePictures();
            DeleteDisallowedCopy();
            _picturesErased = true;
            _holdsImages = false;
            if (erased > 0)
                LogPicturesErased(logger, erased);
        }

        JournalOptions current = options.Current;
        _ages.Mark(_database!.LastSequence, current.MaxAge);
        if (!force && timeProvider.GetElapsedTime(_prunedAt) < PruneInterval)
            return;
        _prunedAt = timeProvider.GetTimestamp();
        int pruned = _database.Prune(
            clock.IsTrusted ? new WallAge(timeProvider.GetUtcNow(), current.MaxAge, _ages.LastOfEarlierRuns) : null,
            _ages.FindExpired(current.MaxAge),
            current.MaxSize * 1048576L
        );
        if (pruned > 0)
            LogPruned(logger, pruned);
        Interlocked.Exchange(ref _bytes, _database.Bytes);
    }

    // Pictures cannot be deleted from a damaged database, so that the whole copy is deleted when it may hold one.
    private void DeleteDisallowedCopy()
    {
        if (!images.Allowed && File.Exists(DamagedPath) && JpegScan.ContainsPicture(DamagedPath))
            File.Delete(DamagedPath);
    }

    private void Fail(Exception exception)
    {
        Close();
        if (StateDatabase.IsDamage(exception) && TryReplace(exception))
            return;
        _delay = _backoff.Next();
        _failedAt = timeProvider.GetTimestamp();
        string reason = StateDatabase.Describe(exception, path);
        if (_failure != reason)
            LogStopped(logger, reason, _delay.TotalSeconds);
        _failure = reason;
    }

    /// <summary>Renames a damaged database, in the place of an earlier one, and creates a new one.</summary>
    private bool TryReplace(Exception damage)
    {
        try
        {
            string aside = StateDatabase.PutAside(path);
            DeleteDisallowedCopy();
            Attach(JournalDatabase.Open(path), isNew: true);
            LogSetAside(logger, damage.Message, aside);
            return true;
        }
        catch (Exception exception) when (StateDatabase.IsFailure(exception))
        {
            return false;
        }
    }
}
