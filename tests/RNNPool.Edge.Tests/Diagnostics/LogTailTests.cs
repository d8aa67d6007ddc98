using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Diagnostics;

public sealed class LogTailTests : IDisposable
{
    private readonly LogTail _tail = new(new FakeTimeProvider(Samples.Noon));

    public void Dispose() => _tail.Dispose();

    [Fact]
    public void The_newest_messages_are_kept_in_order_and_the_oldest_go()
    {
        ILogger logger = _tail.CreateLogger("Part");
        for (int i = 1; i <= LogTail.Capacity + 7; i++)
            Write(logger, LogLevel.Information, $"message {i}");

        IReadOnlyList<LogLine> all = _tail.Newest(int.MaxValue),
            three = _tail.Newest(3),
            fresh = _tail.Newest(100, after: LogTail.Capacity + 5);

        Assert.Equal((LogTail.Capacity, "message 8"), (all.Count, all[0].Message));
        Assert.Equal(["message 505", "message 506", "message 507"], three.Select(line => line.Message));
        Assert.Equal([506L, 507L], fresh.Select(line => line.Number));
        Assert.Empty(_tail.Newest(10, after: _tail.Written));
        Assert.Equal((Samples.Noon.UtcDateTime, "information", "Part"), (three[0].Time, three[0].Level, three[0].Category));
    }

    [Fact]
    public void A_long_message_is_cut_and_an_exception_told_in_short()
    {
        ILogger logger = _tail.CreateLogger("Part");
        Write(logger, LogLevel.Error, "It failed.", new IOException("The disk is full."));
        Write(logger, LogLevel.Information, new string('x', 5000));

        Assert.Equal("It failed. IOException: The disk is full.", _tail.Newest(2)[0].Message);
        Assert.Equal(
            (LogTail.MaxLength, true),
            (_tail.Newest(1)[0].Message.Length, _tail.Newest(1)[0].Message.EndsWith("...", StringComparison.Ordinal))
        );
    }

    private static void Write(ILogger logger, LogLevel level, string text, Exception? exception = null) =>
        logger.Log(level, default, text, exception, static (message, _) => message);
}
