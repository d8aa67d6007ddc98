using System.Runtime.InteropServices;

namespace RNNPool.Edge.Hardware.Gpio.Kernel;

/// <summary>
/// One thread that waits for the edges of all watched lines, so that a device with many inputs has one waiting thread and uses no processor
/// time between edges. The thread starts with the first line and ends with the last. Thread-safe.
/// </summary>
internal sealed unsafe partial class LineEventPump
{
    private const short Readable = 1;
    private const int NonBlockingCloseOnExec = 0x800 | 0x80000;

    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = [];
    private readonly EventDescriptor _wake = new();
    private bool _running;

    private LineEventPump() { }

    /// <summary>The pump of the process.</summary>
    public static LineEventPump Shared { get; } = new();

    /// <summary>Watches a line.</summary>
    /// <param name="line">Descriptor that becomes readable with an edge.</param>
    /// <param name="readable">Takes one edge; false when the line is lost, which ends the watch.</param>
    /// <returns>Ends the watch; when it returns, <paramref name="readable"/> does not run and is not called again.</returns>
    public IDisposable Add(SafeHandle line, Func<bool> readable)
    {
        var entry = new Entry(this, line, readable);
        lock (_lock)
        {
            _entries.Add(entry);
            if (!_running)
            {
                _running = true;
                new Thread(Run) { IsBackground = true, Name = "GPIO events" }.Start();
            }
        }

        _wake.Set();
        return entry;
    }

    private void Run()
    {
        while (Snapshot() is { } entries)
        {
            var polled = new PollDescriptor[entries.Length + 1];
            polled[0] = new PollDescriptor { Descriptor = _wake.Descriptor, Events = Readable };
            for (int i = 0; i < entries.Length; i++)
                polled[i + 1] = new PollDescriptor { Descriptor = entries[i].Descriptor, Events = Readable };
            fixed (PollDescriptor* first = polled)
            {
                if (Poll(first, (nuint)polled.Length, -1) <= 0)
                    continue;
            }

            if (polled[0].Returned != 0)
                _wake.Clear();
            for (int i = 0; i < entries.Length; i++)
            {
                if (polled[i + 1].Returned != 0)
                    entries[i].OnReadable();
            }
        }
    }

    private Entry[]? Snapshot()
    {
        lock (_lock)
        {
            _running = _entries.Count > 0;
            return _running ? [.. _entries] : null;
        }
    }

    private sealed class Entry : IDisposable
    {
        private readonly LineEventPump _pump;
        private readonly SafeHandle _line;
        private readonly Func<bool> _readable;
        private readonly Lock _calling = new();
        private bool _ended;

        public Entry(LineEventPump pump, SafeHandle line, Func<bool> readable)
        {
            _pump = pump;
            _line = line;
            _readable = readable;

            // Held, so that the number does not name another file while the thread polls it.
            bool held = false;
            line.DangerousAddRef(ref held);
        }

        public int Descriptor => (int)_line.DangerousGetHandle();

        public void OnReadable()
        {
            lock (_calling)
            {
                if (!_ended && !_readable())
                    End();
            }
        }

        public void Dispose()
        {
            lock (_calling)
                End();
            _pump._wake.Set();
        }

        private void End()
        {
            if (_ended)
                return;
            _ended = true;
            lock (_pump._lock)
                _pump._entries.Remove(this);
            _line.DangerousRelease();
        }
    }

    /// <summary>An eventfd that ends a wait.</summary>
    private sealed class EventDescriptor
    {
        public int Descriptor { get; } = CreateEvent(0, NonBlockingCloseOnExec);

        public void Set()
        {
            ulong one = 1;
            _ = WriteBytes(Descriptor, &one, sizeof(ulong));
        }

        public void Clear()
        {
            ulong count;
            _ = ReadBytes(Descriptor, &count, sizeof(ulong));
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(PollDescriptor* descriptors, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd")]
    private static partial int CreateEvent(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint WriteBytes(int descriptor, void* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint ReadBytes(int descriptor, void* buffer, nint count);
}
