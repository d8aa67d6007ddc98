using System.Text;

namespace RNNPool.Edge.Vision.Cameras.Processes;

/// <summary>
/// The end of what a child wrote to its standard error: at most 4 KB, regardless of the length of the output and its lines.
/// </summary>
internal sealed class ErrorTail
{
    /// <summary>Number of bytes that are kept.</summary>
    public const int Capacity = 4096;

    private const int MaxSentence = 240;

    private readonly Lock _lock = new();
    private readonly byte[] _ring = new byte[Capacity];
    private long _written;

    /// <summary>Appends output of the child.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            foreach (byte b in bytes[^Math.Min(bytes.Length, Capacity)..])
                _ring[_written++ % Capacity] = b;
        }
    }

    /// <summary>
    /// The line that most likely describes the error: the last one with an error in it, else the last one; empty when there is none.
    /// </summary>
    public string Reason()
    {
        string[] lines = Text().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string line = Array.FindLast(lines, IsError) ?? (lines.Length > 0 ? lines[^1] : "");
        return line.Length <= MaxSentence ? line : string.Concat(line.AsSpan(0, MaxSentence - 3), "...");
    }

    private static bool IsError(string line) =>
        line.Contains("error", StringComparison.OrdinalIgnoreCase)
        || line.Contains("fail", StringComparison.OrdinalIgnoreCase)
        || line.Contains("no camera", StringComparison.OrdinalIgnoreCase);

    private string Text()
    {
        lock (_lock)
        {
            int kept = (int)Math.Min(_written, Capacity),
                start = (int)((_written - kept) % Capacity);
            byte[] bytes = new byte[kept];
            for (int i = 0; i < kept; i++)
                bytes[i] = _ring[(start + i) % Capacity];
            return string.Concat(
                Encoding
                    .UTF8.GetString(bytes)
                    .Select(c =>
                        c is '\n' or '\r' ? '\n'
                        : char.IsControl(c) ? ' '
                        : c
                    )
            );
        }
    }
}
