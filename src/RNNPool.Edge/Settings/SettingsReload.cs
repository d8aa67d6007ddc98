using System.Runtime.InteropServices;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Settings;

/// <summary>
/// Reads the settings again when the configuration file changes, or on SIGHUP unless the process was started on a terminal. Invalid
/// settings change nothing. Live settings apply immediately, the others after a restart. The log lists both.
/// </summary>
internal sealed partial class SettingsReload : IHostedService, IDisposable
{
    /// <summary>
    /// Interval between two checks of the file. It is read when two checks find it unchanged, so that no half-written file is read.
    /// </summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly DeviceSettingsProvider _provider;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<SettingsReload> _logger;
    private readonly IServiceManager _manager;
    private readonly IDeviceComposer _composer;
    private readonly SettingsSchema _schema;
    private FileStamp _read;
    private FileStamp _seen;
    private ITimer? _timer;
    private PosixSignalRegistration? _signal;
    private string _waiting = "";

    public SettingsReload(
        DeviceSettingsProvider provider,
        IDeviceComposer composer,
        IServiceManager manager,
        TimeProvider timeProvider,
        ILogger<SettingsReload> logger
    )
    {
        _provider = provider;
        _composer = composer;
        _schema = composer.Settings.Schema;
        _manager = manager;
        _timeProvider = timeProvider;
        _logger = logger;
        _read = _seen = FileStamp.Read(provider.Settings.File);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_provider.Settings.File is not null)
            _timer = _timeProvider.CreateTimer(static reload => ((SettingsReload)reload!).CheckFile(), this, Interval, Interval);

        // On a terminal the signal reports that it was closed.
        if (!StartTerminal.IsPresent)
        {
            _signal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
            {
                context.Cancel = true;
                Reload();
            });
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer?.Dispose();
        _signal?.Dispose();
    }

    /// <summary>Reads all sources again.</summary>
    public void Reload()
    {
        lock (_lock)
        {
            _manager.Reloading(Environment.TickCount64 * 1000);
            _read = FileStamp.Read(_provider.Settings.File);
            DeviceSettings old = _provider.Settings;
            try
            {
                DeviceSettings fresh = _composer.Settings.Load(old.Sources);
                _composer.Validate(fresh);
                Apply(fresh);
            }
            catch (CommandException exception)
            {
                LogRefused(exception.Message.ReplaceLineEndings(" "));
            }
#pragma warning disable CA1031 // This runs on a timer: no setting and no subscriber may end the process.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                string[] sentences = SettingFailures.Read(exception);
                LogRefused(
                    sentences.Length > 0
                        ? string.Join(' ', sentences)
                        : $"{exception.GetType().Name}: {exception.Message}".ReplaceLineEndings(" ")
                );
                Restore(old);
            }

            _manager.Ready();
        }
    }

    private void Restore(DeviceSettings old)
    {
        if (_provider.Settings == old)
            return;
        try
        {
            _provider.Replace(old);
        }
#pragma warning disable CA1031 // See Reload.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogRefused($"{exception.GetType().Name}: {exception.Message}".ReplaceLineEndings(" "));
        }
    }

    private void Apply(DeviceSettings fresh)
    {
        DeviceSettings old = _provider.Settings;
        string[] changed = [.. old.Differences(fresh)];
        string[] live = [.. changed.Where(IsLive)];
        string waiting = string.Join(", ", changed.Where(key => !IsLive(key)));
        if (live.Length > 0)
        {
            // Settings that need a restart keep their values, also for services that are created later.
            var values = old.Values.Where(pair => !IsLive(pair.Key)).Concat(fresh.Values.Where(pair => IsLive(pair.Key)));
            _provider.Replace(
                old with
                {
                    Values = values.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase),
                }
            );
            LogApplied(string.Join(", ", live));
        }

        if (waiting.Length > 0 && waiting != _waiting)
            LogRestartNeeded(waiting);
        if (changed.Length == 0)
            LogNothing();
        _waiting = waiting;

        // A named entry begins with a restart, and its live settings with it.
        bool IsLive(string key) => _schema.IsLive(key) && (_schema.FindEntry(key) is not { } entry || Has(old, entry));
    }

    private static bool Has(DeviceSettings settings, string entry) =>
        settings.Values.Keys.Any(key => key.StartsWith(entry + ":", StringComparison.OrdinalIgnoreCase));

    private void CheckFile()
    {
        FileStamp now = FileStamp.Read(_provider.Settings.File);
        bool settled = now == _seen;
        _seen = now;
        if (settled && now != _read)
            Reload();
    }

    private readonly record struct FileStamp(DateTime Time, long Length)
    {
        public static FileStamp Read(string? path)
        {
            if (path is null)
                return default;
            var file = new FileInfo(path);
            return file.Exists ? new FileStamp(file.LastWriteTimeUtc, file.Length) : default;
        }
    }
}
