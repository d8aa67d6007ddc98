using RNNPool.Edge.Core;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline.Control;

/// <summary>A change of a control at runtime.</summary>
/// <param name="What">The control: <c>detection</c>, <c>threshold</c>, <c>privacy</c>, <c>quiet hours</c> or <c>restart</c>.</param>
/// <param name="Value">Its new value: <c>on</c>, <c>off</c>, a probability or <c>default</c>.</param>
/// <param name="By">The origin of the change, such as <c>mqtt</c> or <c>gpio</c>.</param>
public sealed record ControlChange(string What, string Value, string By);

/// <summary>
/// The controls of the running device, which MQTT, the page and input pins change. Detection and threshold survive restarts. Thread-safe.
/// </summary>
public sealed partial class DeviceControls
{
    /// <summary>Lowest and highest enter threshold that may be set.</summary>
    public const float MinThreshold = 0.05f,
        MaxThreshold = 0.99f;

    /// <summary>
    /// A device that has run for less than this is not restarted, so that a repeated command cannot keep it from working.
    /// </summary>
    public static readonly TimeSpan RestartInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly ControlsFile _file;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<DeviceControls> _logger;
    private readonly long _started;
    private readonly HashSet<string> _privacyRequesters = new(StringComparer.Ordinal);
    private StoredControls _stored;
    private volatile State _state;
    private bool _restartWanted;

    /// <summary>Restores the stored controls; without any, the defaults apply.</summary>
    public DeviceControls(ControlsFile file, IHostApplicationLifetime lifetime, TimeProvider timeProvider, ILogger<DeviceControls> logger)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(timeProvider);
        _file = file;
        _lifetime = lifetime;
        _timeProvider = timeProvider;
        _logger = logger;
        _started = timeProvider.GetTimestamp();
        _stored = file.Read();
        _state = new State(_stored.DetectionEnabled, _stored.EnterThreshold, Privacy: false, Quiet: false);
        if (!_stored.DetectionEnabled)
            LogStoredOff();
    }

    /// <summary>
    /// Raised after every change, on the thread that made it. Two changes may arrive out of order, so that handlers read the controls.
    /// </summary>
    public event Action<ControlChange>? Changed;

    /// <summary>Whether detection is switched on. Survives restarts; default true.</summary>
    public bool DetectionEnabled => _state.Detection;

    /// <summary>The enter threshold that was set at runtime, 0.05 to 0.99; null for the configured one. Survives restarts.</summary>
    public float? EnterThreshold => _state.Threshold;

    /// <summary>Whether an input pin forbids detection and pictures. Not stored, because a switch itself holds its state.</summary>
    public bool InputPrivacy => _state.Privacy;

    /// <summary>Whether the detector processes frames.</summary>
    public bool Active => _state is { Detection: true, Privacy: false, Quiet: false };

    /// <summary>Why detection is paused, for health and state; null while it is not.</summary>
    public string? Pause =>
        _state switch
        {
            { Privacy: true } => "An input pin requests privacy.",
            { Detection: false } => "Detection is switched off.",
            { Quiet: true } => "Detection pauses in the quiet hours (QuietHours:Times).",
            _ => null,
        };

    /// <summary>Why presences end now; <see cref="PresenceEndReason.Gone"/> while detection is not paused.</summary>
    public PresenceEndReason EndReason =>
        _state switch
        {
            { Privacy: true } => PresenceEndReason.Privacy,
            { Detection: false } or { Quiet: true } => PresenceEndReason.DetectionOff,
            _ => PresenceEndReason.Gone,
        };

    /// <summary>Whether the process is to end with <see cref="ExitCode.RestartWanted"/>.</summary>
    public bool RestartWanted => Volatile.Read(ref _restartWanted);

    /// <summary>Switches detection on or off.</summary>
    /// <param name="on">Whether the detector processes frames.</param>
    /// <param name="by">The origin of the change.</param>
    public void SetDetection(bool on, string by)
    {
        lock (_lock)
        {
            if (_state.Detection == on)
                return;
            _state = _state with { Detection = on };
            Store();
        }

        RaiseChanged(new ControlChange("detection", on ? "on" : "off", by));
    }

    /// <summary>Sets the enter threshold.</summary>
    /// <param name="value">A probability, 0.05 to 0.99; null for the configured one.</param>
    /// <param name="by">The origin of the change.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range; the message is a sentence.</exception>
    public void SetEnterThreshold(float? value, string by)
    {
        string text = value is { } set ? FormattableString.Invariant($"{set}") : "default";
        if (value is not (null or (>= MinThreshold and <= MaxThreshold)))
        {
            throw new ArgumentOutOfRangeException(
                null,
                FormattableString.Invariant($"The enter threshold is {text}; it must be from {MinThreshold} to {MaxThreshold}.")
            );
        }

        lock (_lock)
        {
            if (_state.Threshold == value)
                return;
            _state = _state with { Threshold = value };
            Store();
        }

        RaiseChanged(new ControlChange("threshold", text, by));
    }

    /// <summary>
    /// Records that an input forbids detection and pictures, or allows them again. They are forbidden while at least one requester forbids
    /// them.
    /// </summary>
    /// <param name="on">Whether they are forbidden.</param>
    /// <param name="requester">The requester, such as <c>button</c>; it withdraws only its own request.</param>
    /// <param name="by">The origin of the change, for the log; null for the requester.</param>
    public void SetInputPrivacy(bool on, string requester, string? by = null)
    {
        lock (_lock)
        {
            if (!(on ? _privacyRequesters.Add(requester) : _privacyRequesters.Remove(requester)))
                return;
            bool privacy = _privacyRequesters.Count > 0;
            if (_state.Privacy == privacy)
                return;
            _state = _state with { Privacy = privacy };
        }

        RaiseChanged(new ControlChange("privacy", on ? "on" : "off", by ?? requester));
    }

    /// <summary>Pauses detection in the quiet hours, or ends the pause. Not stored, because the clock determines it.</summary>
    public void SetQuiet(bool on)
    {
        lock (_lock)
        {
            if (_state.Quiet == on)
                return;
            _state = _state with { Quiet = on };
        }

        RaiseChanged(new ControlChange("quiet hours", on ? "on" : "off", "schedule"));
    }

    /// <summary>Time until a request that may repeat can restart the device; zero when it can.</summary>
    public TimeSpan RestartAllowedIn =>
        RestartInterval - _timeProvider.GetElapsedTime(_started) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>
    /// Stops the host so that the process ends with <see cref="ExitCode.RestartWanted"/>, which makes its supervisor start it again.
    /// </summary>
    /// <param name="by">The origin of the request.</param>
    /// <param name="atOnce">
    /// Whether the restart interval does not apply, because a user requests the restart and not a message that may repeat.
    /// </param>
    /// <returns>False, with a warning in the log, when the device has run for less than <see cref="RestartInterval"/>.</returns>
    public bool RequestRestart(string by, bool atOnce = false)
    {
        TimeSpan running = _timeProvider.GetElapsedTime(_started);
        if (running < RestartInterval && !atOnce)
        {
            LogRestartRefused(by, running.TotalSeconds, RestartInterval.TotalSeconds);
            return false;
        }

        if (Interlocked.Exchange(ref _restartWanted, true))
            return true;
        RaiseChanged(new ControlChange("restart", "on", by));
        _lifetime.StopApplication();
        return true;
    }

    private void Store()
    {
        var next = new StoredControls(_state.Detection, _state.Threshold);
        if (next == _stored)
            return;
        _stored = next;
        _file.Write(next);
    }

    private void RaiseChanged(ControlChange change)
    {
        LogChanged(change.What, change.Value, change.By);
        foreach (Action<ControlChange> handler in Changed?.GetInvocationList().Cast<Action<ControlChange>>() ?? [])
        {
            try
            {
                handler(change);
            }
#pragma warning disable CA1031 // A handler that fails must not keep the change from the other handlers.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogHandlerFailed(change.What, exception);
            }
        }
    }

    private sealed record State(bool Detection, float? Threshold, bool Privacy, bool Quiet);
}
