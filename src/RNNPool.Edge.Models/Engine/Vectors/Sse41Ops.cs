using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RNNPool.Edge.Models.Engine.Vectors;

/// <summary>128-bit registers of x86: PMADDWD multiplies two words of each lane and adds both products.</summary>
internal unsafe struct Sse41Ops : IVectorOps<Vector128<int>>
{
    public static int Lanes => 4;

    public static bool Interleaves => true;

    public static Vector128<int> Load(void* source) => Vector128.Load((int*)source);

    public static void Store(void* target, Vector128<int> value) => value.Store((int*)target);

    public static Vector128<int> Broadcast(int value) => Vector128.Create(value);

    public static Vector128<int> BroadcastWord(short value) => Vector128.Create(value).AsInt32();

    public static Vector128<int> Add(Vector128<int> a, Vector128<int> b) => a + b;

    public static Vector128<int> ShiftRight(Vector128<int> a, int bits) => a >> bits;

    public static Vector128<int> MulHi(Vector128<int> sums, Vector128<int> m, Vector128<int> odd)
    {
        Vector128<long> half = Vector128.Create(1L << 31);
        Vector128<long> a = Sse41.Multiply(sums, m) + half;
        Vector128<long> b = Sse41.Multiply((sums.AsInt64() >>> 32).AsInt32(), odd) + half;
        return Sse41.Blend((a >>> 32).AsInt16(), b.AsInt16(), 0b11001100).AsInt32();
    }

    public static Vector128<int> LoadInts(short* source) => Sse41.ConvertToVector128Int32(source);

    public static Vector128<int> Clamp(Vector128<int> ints, Vector128<int> low, Vector128<int> high) =>
        Vector128.Min(Vector128.Max(ints, low), high);

    public static void StoreWords(short* target, Vector128<int> ints) => Sse2.PackSignedSaturate(ints, ints).GetLower().Store(target);

    public static Vector128<int> Dot(Vector128<int> sums, Vector128<int> x, Vector128<int> w) => sums + MultiplyAdd(x, w);

    public static Vector128<int> PairLow(Vector128<int> a, Vector128<int> b) => Sse2.UnpackLow(a.AsInt16(), b.AsInt16()).AsInt32();

    public static Vector128<int> PairHigh(Vector128<int> a, Vector128<int> b) => Sse2.UnpackHigh(a.AsInt16(), b.AsInt16()).AsInt32();

    public static Vector128<int> DotLow(Vector128<int> sums, Vector128<int> low, Vector128<int> high, Vector128<int> u) =>
        sums + MultiplyAdd(low, u);

    public static Vector128<int> DotHigh(Vector128<int> sums, Vector128<int> low, Vector128<int> high, Vector128<int> u) =>
        sums + MultiplyAdd(high, u);

    public static Vector128<int> TapsLow(
        Vector128<int> sums,
        Vector128<int> low,
        Vector128<int> high,
        Vector128<int> weightsLow,
        Vector128<int> weightsHigh
    ) => sums + MultiplyAdd(low, weightsLow);

    public static Vector128<int> TapsHigh(
        Vector128<int> sums,
        Vector128<int> low,
        Vector128<int> high,
        Vector128<int> weightsLow,
        Vector128<int> weightsHigh
    ) => sums + MultiplyAdd(high, weightsHigh);

    public static Vector128<int> Narrow(Vector128<int> low, Vector128<int> high) => Sse2.PackSignedSaturate(low, high).AsInt32();

    public static Vector128<int> NarrowStates(Vector128<int> low, Vector128<int> high) => Narrow(low >> 13, high >> 13);

    public static Vector128<int> AddWords(Vector128<int> a, Vector128<int> b) => (a.AsInt16() + b.AsInt16()).AsInt32();

    public static Vector128<int> AddSaturate(Vector128<int> a, Vector128<int> b) => Sse2.AddSaturate(a.AsInt16(), b.AsInt16()).AsInt32();

    public static Vector128<int> SubtractWords(Vector128<int> a, Vector128<int> b) => (a.AsInt16() - b.AsInt16()).AsInt32();

    public static Vector128<int> MinWords(Vector128<int> a, Vector128<int> b) => Sse2.Min(a.AsInt16(), b.AsInt16()).AsInt32();

    public static Vector128<int> MaxWords(Vector128<int> a, Vector128<int> b) => Sse2.Max(a.AsInt16(), b.AsInt16()).AsInt32();

    public static Vector128<int> And(Vector128<int> a, Vector128<int> b) => a & b;

    public static Vector128<int> Blend(Vector128<int> gate, Vector128<int> difference) =>
        Sse2.MultiplyHigh(gate.AsInt16(), (difference.AsInt16() + difference.AsInt16())).AsInt32();

    private static Vector128<int> MultiplyAdd(Vector128<int> a, Vector128<int> b) => Sse2.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16());
}
