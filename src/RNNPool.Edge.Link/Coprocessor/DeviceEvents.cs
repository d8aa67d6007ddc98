using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RNNPool.Edge.Link.Messages;

namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>Connections, losses, and the device's log lines and faults: written to the log, and offered to one reader.</summary>
internal sealed partial class DeviceEvents(TimeProvider time, ILogger logger)
{
    private const int Capacity = 64;
    private const int HeadBytes = 8;
    private const int LogBurst = 20;
    private static readonly TimeSpan s_logInterval = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger = logger;
    private readonly LogThrottle _throttle = new(LogBurst, s_logInterval, time);
    private readonly Channel<CoprocessorEvent> _channel = Channel.CreateBounded<CoprocessorEvent>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest }
    );

    public ChannelReader<CoprocessorEvent> Reader => _channel.Reader;

    public void Publish(CoprocessorEventKind kind, byte level, string text) =>
        _channel.Writer.TryWrite(new CoprocessorEvent(kind, time.GetUtcNow(), level, text));

    public void Complete() => _channel.Writer.TryComplete();

    /// <summary>Processes a LOG or FAULT message; returns false if it is too short.</summary>
    public bool TryAccept(CoprocessorEventKind kind, ReadOnlySpan<byte> payload)
    {
        if (payload.Length < HeadBytes)
            return false;
        byte level = payload[4];
        string text = WireText.Read(payload[HeadBytes..]);
        Write(kind, level, text);
        Publish(kind, level, text);
        return true;
    }

    private void Write(CoprocessorEventKind kind, byte level, string text)
    {
        if (!_throttle.TryEnter(out int suppressed))
            return;
        if (suppressed > 0)
            LogSuppressed(suppressed);
        LogLevel logLevel = LevelOf(level);
        if (kind == CoprocessorEventKind.Fault)
            LogFault(level, text);
        else
            LogDevice(logLevel, text);
    }

    private static LogLevel LevelOf(byte level) =>
        level switch
        {
            0 => LogLevel.Debug,
            1 => LogLevel.Information,
            2 => LogLevel.Warning,
            _ => LogLevel.Error,
        };
}
