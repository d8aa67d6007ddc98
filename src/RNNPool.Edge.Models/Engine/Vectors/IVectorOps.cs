namespace RNNPool.Edge.Models.Engine.Vectors;

/// <summary>
/// The operations of the kernels on one vector register. A register holds <see cref="Lanes"/> int32 lanes or twice as many int16 values,
/// here "words". The kernels are generic over this interface, and the JIT compiles one version for each instruction set.
/// </summary>
internal unsafe interface IVectorOps<V>
    where V : unmanaged
{
    /// <summary>int32 lanes of a register.</summary>
    static abstract int Lanes { get; }

    /// <summary>
    /// How two planes of words a and b meet: true when <see cref="PairLow"/> and <see cref="PairHigh"/> interleave them to pairs inside
    /// each 128 bits, false when they return the planes as they are. Weights of <see cref="Dot"/> have the same order: pairs, or all
    /// first words and then all second words.
    /// </summary>
    static abstract bool Interleaves { get; }

    static abstract V Load(void* source);

    static abstract void Store(void* target, V value);

    /// <summary>An int32 in all lanes.</summary>
    static abstract V Broadcast(int value);

    /// <summary>A word in all places.</summary>
    static abstract V BroadcastWord(short value);

    /// <summary>int32 addition.</summary>
    static abstract V Add(V a, V b);

    /// <summary>Arithmetic shift of int32 lanes.</summary>
    static abstract V ShiftRight(V a, int bits);

    /// <summary>
    /// FixedPoint.MulHi in every lane. <paramref name="odd"/> is <paramref name="m"/> with every 64 bits shifted right by 32.
    /// </summary>
    static abstract V MulHi(V sums, V m, V odd);

    /// <summary>As many words as there are lanes, as int32.</summary>
    static abstract V LoadInts(short* source);

    /// <summary>Limits int32 lanes.</summary>
    static abstract V Clamp(V ints, V low, V high);

    /// <summary>Stores the int32 lanes in order as saturated words.</summary>
    static abstract void StoreWords(short* target, V ints);

    /// <summary>
    /// Adds x0 * w0 + x1 * w1 to every lane. <paramref name="x"/> is a pair of words in all lanes.
    /// </summary>
    static abstract V Dot(V sums, V x, V w);

    static abstract V PairLow(V a, V b);

    static abstract V PairHigh(V a, V b);

    /// <summary>
    /// Adds a * u0 + b * u1 for the lower half of two planes; <paramref name="low"/> and <paramref name="high"/> are their pairs, and
    /// <paramref name="u"/> is a pair of words in all lanes.
    /// </summary>
    static abstract V DotLow(V sums, V low, V high, V u);

    /// <summary>The same for the upper half.</summary>
    static abstract V DotHigh(V sums, V low, V high, V u);

    /// <summary>Adds a * wa + b * wb for the lower half of four planes, given as the pairs of a and b, and those of wa and wb.</summary>
    static abstract V TapsLow(V sums, V low, V high, V weightsLow, V weightsHigh);

    /// <summary>The same for the upper half.</summary>
    static abstract V TapsHigh(V sums, V low, V high, V weightsLow, V weightsHigh);

    /// <summary>Sums of the lower and the upper half of a plane as one plane of saturated words.</summary>
    static abstract V Narrow(V low, V high);

    /// <summary>The same after an arithmetic shift by 13.</summary>
    static abstract V NarrowStates(V low, V high);

    static abstract V AddWords(V a, V b);

    static abstract V AddSaturate(V a, V b);

    static abstract V SubtractWords(V a, V b);

    static abstract V MinWords(V a, V b);

    static abstract V MaxWords(V a, V b);

    static abstract V And(V a, V b);

    /// <summary>(gate / 4 * difference) &gt;&gt; 13 in words; 0 &lt;= gate &lt;= 32764, and |difference| is below 16384.</summary>
    static abstract V Blend(V gate, V difference);
}
