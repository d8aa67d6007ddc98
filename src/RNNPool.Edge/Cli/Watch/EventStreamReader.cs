using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace RNNPool.Edge.Cli.Watch;

/// <summary>
/// Reads server-sent events (HTML Living Standard, section 9.2) as far as the device uses them: names and data. The stream is untrusted:
/// lines and messages have a maximum length, which the runtime's SseParser does not enforce.
/// </summary>
internal sealed class EventStreamReader(Stream stream) : IAsyncDisposable
{
    /// <summary>Longest message in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    private readonly PipeReader _reader = PipeReader.Create(stream);
    private readonly StringBuilder _data = new();
    private string _name = "";

    /// <summary>The next message; null at the end.</summary>
    /// <exception cref="DeviceException">A message is too long.</exception>
    public async Task<(string Name, string Data)?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = result.Buffer;
            (string Name, string Data)? message = null;
            while (message is null && buffer.PositionOf((byte)'\n') is { } end)
            {
                message = Take(Encoding.UTF8.GetString(buffer.Slice(0, end)).TrimEnd('\r'));
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            bool tooLong = message is null && buffer.Length + _data.Length > MaxBytes;
            _reader.AdvanceTo(buffer.Start, message is null ? buffer.End : buffer.Start);
            if (message is not null)
                return message;
            if (tooLong)
                throw new DeviceException($"A message of the device is longer than {MaxBytes} bytes.");
            if (result.IsCompleted)
                return null;
        }
    }

    public ValueTask DisposeAsync() => _reader.CompleteAsync();

    // One line; an empty one ends the message.
    private (string Name, string Data)? Take(string line)
    {
        if (line.Length == 0)
        {
            (string, string)? message = _data.Length > 0 ? (_name, _data.ToString()) : null;
            _name = "";
            _data.Clear();
            return message;
        }

        int colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
            return null;
        string value = line[(colon + 1)..];
        if (value.StartsWith(' '))
            value = value[1..];
        switch (line[..colon])
        {
            case "event":
                _name = value;
                break;
            case "data":
                if (_data.Length > 0)
                    _data.Append('\n');
                _data.Append(value);
                break;
        }

        return null;
    }
}
