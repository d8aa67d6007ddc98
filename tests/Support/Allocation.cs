namespace RNNPool.Edge.Testing;

/// <summary>Counts what a piece of work allocates on the thread that does it.</summary>
internal static class Allocation
{
    private const int Rounds = 10;

    /// <summary>
    /// Bytes of that of some rounds which allocated least. What the work itself costs, every round costs; what the runtime does once, such
    /// as code that is compiled anew while it runs, most rounds do not.
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

    /// <summary>The result of work that must be done when its call returns: what other threads did for it would not be counted.</summary>
    public static T Done<T>(ValueTask<T> work) =>
        work.IsCompletedSuccessfully ? work.Result : throw new InvalidOperationException("The work went on after its call had returned.");

    /// <inheritdoc cref="Done{T}"/>
    public static void Done(ValueTask work)
    {
        if (!work.IsCompletedSuccessfully)
            throw new InvalidOperationException("The work went on after its call had returned.");
    }
}
