using System.Collections.Concurrent;
using System.Diagnostics;

namespace RNNPool.Edge.Vision.Cameras.Processes;

/// <summary>
/// Starts children from one thread that lives as long as the program. The kernel sends a child's parent-death signal when the
/// <em>thread</em> that created it ends, and the threads of the pool end at any time.
/// </summary>
internal static class ProcessLauncher
{
    private static readonly Lazy<BlockingCollection<Order>> Orders = new(Begin);

    /// <summary>Starts a process; blocks until it runs.</summary>
    /// <exception cref="InvalidOperationException">It cannot be started.</exception>
    public static Process Start(ProcessStartInfo start)
    {
        using var order = new Order(start);
        Orders.Value.Add(order);
        return order.Result();
    }

    private static BlockingCollection<Order> Begin()
    {
        var orders = new BlockingCollection<Order>();
        var thread = new Thread(() =>
        {
            foreach (Order order in orders.GetConsumingEnumerable())
                order.Carry();
        })
        {
            IsBackground = true,
            Name = "camera processes",
        };
        thread.Start();
        return orders;
    }

    private sealed class Order(ProcessStartInfo start) : IDisposable
    {
        private readonly ManualResetEventSlim _done = new();
        private Process? _process;
        private Exception? _failure;

        public void Carry()
        {
            try
            {
                _process = Process.Start(start);
            }
#pragma warning disable CA1031 // The caller receives the exception.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _failure = exception;
            }

            _done.Set();
        }

        public Process Result()
        {
            _done.Wait();
            if (_failure is not null)
                throw new InvalidOperationException(_failure.Message, _failure);
            return _process!;
        }

        public void Dispose() => _done.Dispose();
    }
}
