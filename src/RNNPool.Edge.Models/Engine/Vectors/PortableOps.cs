using System.Runtime.Intrinsics;

namespace RNNPool.Edge.Models.Engine.Vectors;

/// <summary>128-bit registers by the operations that .NET has on every machine, with or without vector instructions.</summary>
internal unsafe struct PortableOps : IVectorOps<Vector128<int>>
{
    public static int Lanes => 4;

    public static bool Interleaves => false;

    public static Vector128<int> Load(void* source) => Vector128.Load((int*)source);

    public static void Store(void* target, Vector128<int> value) => value.Store((int*)target);

    public static Vector128<int> Broadcast(int value) => Vector128.Create(value);

    public static Vector128<int> BroadcastWord(short value) => Vector128.Create(value).AsInt32();

    public static Vector128<int> Add(Vector128<int> a, Vector128<int> b) => a + b;

    public static Vector128<int> ShiftRight(Vector128<int> a, int bits) => a >> bits;

    public static Vector128<int> MulHi(Vector128<int> sums, Vector128<int> m, Vector128<int> odd)
    {
        (Vector128<long> low, Vector128<long> high) = Vector128.Widen(sums);
        (Vector128<long> mLow, Vector128<long> mHigh) = Vector128.Widen(m);
        Vector128<long> half = Vector128.Create(1L << 31);
        return Vector128.Narrow(((low * mLow) + half) >> 32, ((high * mHigh) + half) >> 32);
    }

    public static Vector128<int> LoadInts(short* source) => Vector128.WidenLower(Vector64.Load(source).ToVector128());

    public static Vector128<int> Clamp(Vector128<int> ints, Vector128<int> low, Vector128<int> high) =>
        Vector128.Min(Vector128.Max(ints, low), high);

    public static void StoreWords(short* target, Vector128<int> ints) => Narrow(ints, ints).AsInt16().GetLower().Store(target);

    public static Vector128<int> Dot(Vector128<int> sums, Vector128<int> x, Vector128<int> w) => DotPlanes(sums, Widen(w), x);

    public static Vector128<int> PairLow(Vector128<int> a, Vector128<int> b) => a;

    public static Vector128<int> PairHigh(Vector128<int> a, Vector128<int> b) => b;

    public static Vector128<int> DotLow(Vector128<int> sums, Vector128<int> low, Vector128<int> high, Vector128<int> u) =>
        DotPlanes(sums, (Widen(low).Low, Widen(high).Low), u);

    public static Vector128<int> DotHigh(Vector128<int> sums, Vector128<int> low, Vector128<int> high, Vector128<int> u) =>
        DotPlanes(sums, (Widen(low).High, Widen(high).High), u);

    public static Vector128<int> TapsLow(
        Vector128<int> sums,
        Vector128<int> low,
        Vector128<int> high,
        Vector128<int> weightsLow,
        Vector128<int> weightsHigh
    ) => sums + (Widen(low).Low * Widen(weightsLow).Low) + (Widen(high).Low * Widen(weightsHigh).Low);

    public static Vector128<int> TapsHigh(
        Vector128<int> sums,
        Vector128<int> low,
        Vector128<int> high,
        Vector128<int> weightsLow,
        Vector128<int> weightsHigh
    ) => sums + (Widen(low).High * Widen(weightsLow).High) + (Widen(high).High * Widen(weightsHigh).High);

    public static Vector128<int> Narrow(Vector128<int> low, Vector128<int> high) => Vector128.NarrowWithSaturation(low, high).AsInt32();

    public static Vector128<int> NarrowStates(Vector128<int> low, Vector128<int> high) => Narrow(low >> 13, high >> 13);

    public static Vector128<int> AddWords(Vector128<int> a, Vector128<int> b) => (a.AsInt16() + b.AsInt16()).AsInt32();

    public static Vector128<int> AddSaturate(Vector128<int> a, Vector128<int> b) =>
        Vector128.AddSaturate(a.AsInt16(), b.AsInt16()).AsInt32();

    public static Vector128<int> SubtractWords(Vector128<int> a, Vector128<int> b) => (a.AsInt16() - b.AsInt16()).AsInt32();

    public static Vector128<int> MinWords(Vector128<int> a, Vector128<int> b) => Vector128.Min(a.AsInt16(), b.AsInt16()).AsInt32();

    public static Vector128<int> MaxWords(Vector128<int> a, Vector128<int> b) => Vector128.Max(a.AsInt16(), b.AsInt16()).AsInt32();

    public static Vector128<int> And(Vector128<int> a, Vector128<int> b) => a & b;

    public static Vector128<int> Blend(Vector128<int> gate, Vector128<int> difference)
    {
        (Vector128<int> low, Vector128<int> high) = Widen(gate);
        (Vector128<int> dLow, Vector128<int> dHigh) = Widen(difference);
        return Narrow((low * dLow) >> 15, (high * dHigh) >> 15);
    }

    private static (Vector128<int> Low, Vector128<int> High) Widen(Vector128<int> words) => Vector128.Widen(words.AsInt16());

    private static Vector128<int> DotPlanes(Vector128<int> sums, (Vector128<int> A, Vector128<int> B) planes, Vector128<int> pair) =>
        sums + (planes.A * ((pair << 16) >> 16)) + (planes.B * (pair >> 16));
}
