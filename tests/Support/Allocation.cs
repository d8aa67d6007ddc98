namespace RNNPool.Edge.Testing;

/// <summary>Counts what a piece of work allocates on the thread that does it.</summary>
internal static class Allocation
{
    private const int Rounds = 10;

    /// <summary>
    /// Minimum of the bytes that several rounds allocate. Allocations of the work itself occur in every round; occasional allocations of
    /// the runtime, such as those of recompilation, do not.
    /// </summary>
    public static long Least(Action round)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Rounds && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    /// <summary>
    /// The result of work that must have finished when its call returns, because the work of other threads is not counted.
    /// </summary>
    public static T Done<T>(ValueTask<T> work) =>
        work.IsCompletedSuccessfully ? work.Result : throw new InvalidOperationException("The work continued after its call had returned.");

    /// <inheritdoc cref="Done{T}"/>
    public static void Done(ValueTask work)
    {
        if (!work.IsCompletedSuccessfully)
            throw new InvalidOperationException("The work continued after its call had returned.");
    }
}
