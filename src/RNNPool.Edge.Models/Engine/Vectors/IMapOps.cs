namespace RNNPool.Edge.Models.Engine.Vectors;

/// <summary>How the elements of maps are stored, and how convolutions multiply them.</summary>
internal enum MapElement
{
    /// <summary>int16.</summary>
    Word,

    /// <summary>int8.</summary>
    SignedByte,

    /// <summary>uint8, the stored value is 128 more than the element.</summary>
    UnsignedByte,
}

/// <summary>Maps in memory for a kind of vector register.</summary>
internal unsafe interface IMapOps<V>
    where V : unmanaged
{
    static abstract MapElement Element { get; }

    /// <summary>Elements of a map in 32 bits, which <see cref="Dot"/> multiplies at once: 2 words or 4 bytes.</summary>
    static abstract int Group { get; }

    /// <summary>Bytes of a weight.</summary>
    static abstract int WeightBytes { get; }

    /// <summary>Where the weight of an output lane and an element of a group is in the register of weights, counted in weights.</summary>
    static abstract int WeightIndex(int lane, int element);

    /// <summary>Adds to every lane the products of a group, which all lanes of <paramref name="x"/> hold, and the lane's weights.</summary>
    static abstract V Dot(V sums, V x, V w);

    /// <summary>The next elements, one per int32 lane, as they are stored.</summary>
    static abstract V LoadInts(byte* source);

    /// <summary>The next elements, one per word, as they are stored.</summary>
    static abstract V LoadWords(byte* source);

    /// <summary>Stores int32 lanes, saturated to the range of elements.</summary>
    static abstract void StoreInts(byte* target, V ints);

    /// <summary>Stores words, saturated to the range of elements.</summary>
    static abstract void StoreWords(byte* target, V words);
}

/// <summary>Maps of words.</summary>
internal unsafe struct WordMap<TOps, V> : IMapOps<V>
    where TOps : struct, IVectorOps<V>
    where V : unmanaged
{
    public static MapElement Element => MapElement.Word;

    public static int Group => 2;

    public static int WeightBytes => 2;

    public static int WeightIndex(int lane, int element) => TOps.Interleaves ? (2 * lane) + element : (element * TOps.Lanes) + lane;

    public static V Dot(V sums, V x, V w) => TOps.Dot(sums, x, w);

    public static V LoadInts(byte* source) => TOps.LoadInts((short*)source);

    public static V LoadWords(byte* source) => TOps.Load(source);

    public static void StoreInts(byte* target, V ints) =>
        TOps.StoreWords((short*)target, TOps.Clamp(ints, TOps.Broadcast(sbyte.MinValue), TOps.Broadcast(sbyte.MaxValue)));

    public static void StoreWords(byte* target, V words) =>
        TOps.Store(target, TOps.MinWords(TOps.MaxWords(words, TOps.BroadcastWord(sbyte.MinValue)), TOps.BroadcastWord(sbyte.MaxValue)));
}
