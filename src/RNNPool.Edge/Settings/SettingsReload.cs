using System.Runtime.InteropServices;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Core;
using RNNPool.Edge.Health.Systemd;
using RNNPool.Edge.Host;

namespace RNNPool.Edge.Settings;

/// <summary>
/// Reads the settings again when the configuration file changes, or on SIGHUP. What is wrong changes nothing; of what is right, those settings
/// apply at once that <see cref="LiveSettings"/> names, and the others after a restart. The log says which.
/// </summary>
internal sealed partial class SettingsReload : IHostedService, IDisposable
{
    /// <summary>How often the file is looked at. It is read when it has looked the same twice, so that nobody reads half a file.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly DeviceSettingsProvider _provider;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<SettingsReload> _logger;
    private readonly NotifySocket _manager;
    private FileStamp _read;
    private FileStamp _seen;
    private ITimer? _timer;
    private PosixSignalRegistration? _signal;
    private string _waiting = "";

    public SettingsReload(DeviceSettingsProvider provider, NotifySocket manager, TimeProvider timeProvider, ILogger<SettingsReload> logger)
    {
        (_provider, _manager, _timeProvider, _logger) = (provider, manager, timeProvider, logger);
        _read = _seen = FileStamp.Of(provider.Settings.File);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_provider.Settings.File is not null)
            _timer = _timeProvider.CreateTimer(static reload => ((SettingsReload)reload!).Look(), this, Interval, Interval);
        _signal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            Reload();
        });
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
            _read = FileStamp.Of(_provider.Settings.File);
            try
            {
                DeviceSettings fresh = DeviceConfiguration.Load(_provider.Settings.Sources);
                DeviceHost.Validate(fresh);
                Apply(fresh);
            }
            catch (CommandException exception)
            {
                LogRefused(exception.Message.ReplaceLineEndings(" "));
            }
            catch (Exception exception) when (Failure.Sentences(exception) is { Length: > 0 } sentences)
            {
                LogRefused(string.Join(' ', sentences));
            }

            _manager.Ready();
        }
    }

    private void Apply(DeviceSettings fresh)
    {
        DeviceSettings old = _provider.Settings;
        string[] changed = [.. old.Differences(fresh)];
        string[] live = [.. changed.Where(LiveSettings.Contains)];
        string waiting = string.Join(", ", changed.Where(key => !LiveSettings.Contains(key)));
        if (live.Length > 0)
        {
            // What needs a restart stays as it was, also for parts that ask only now.
            var values = old
                .Values.Where(pair => !LiveSettings.Contains(pair.Key))
                .Concat(fresh.Values.Where(pair => LiveSettings.Contains(pair.Key)));
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
    }

    private void Look()
    {
        FileStamp now = FileStamp.Of(_provider.Settings.File);
        bool settled = now == _seen;
        _seen = now;
        if (settled && now != _read)
            Reload();
    }

    private readonly record struct FileStamp(DateTime Time, long Length)
    {
        public static FileStamp Of(string? path)
        {
            if (path is null)
                return default;
            var file = new FileInfo(path);
            return file.Exists ? new FileStamp(file.LastWriteTimeUtc, file.Length) : default;
        }
    }
}
