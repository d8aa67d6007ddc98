using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RNNPool.Edge.Models.Engine.Vectors;

/// <summary>512-bit registers of x86 with the word operations of AVX-512BW.</summary>
internal unsafe struct Avx512Ops : IVectorOps<Vector512<int>>
{
    public static int Lanes => 16;

    public static bool Interleaves => true;

    public static Vector512<int> Load(void* source) => Vector512.Load((int*)source);

    public static void Store(void* target, Vector512<int> value) => value.Store((int*)target);

    public static Vector512<int> Broadcast(int value) => Vector512.Create(value);

    public static Vector512<int> BroadcastWord(short value) => Vector512.Create(value).AsInt32();

    public static Vector512<int> Add(Vector512<int> a, Vector512<int> b) => a + b;

    public static Vector512<int> ShiftRight(Vector512<int> a, int bits) => a >> bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MulHi(Vector512<int> sums, Vector512<int> m, Vector512<int> odd)
    {
        Vector512<long> half = Vector512.Create(1L << 31);
        Vector512<long> a = Avx512F.Multiply(sums, m) + half;
        Vector512<long> b = Avx512F.Multiply((sums.AsInt64() >>> 32).AsInt32(), odd) + half;
        return Vector512.ConditionalSelect(Vector512.Create(0xFFFFFFFFL), a >>> 32, b).AsInt32();
    }

    public static Vector512<int> LoadInts(short* source) => Avx512F.ConvertToVector512Int32(Vector256.Load(source));

    public static Vector512<int> Clamp(Vector512<int> ints, Vector512<int> low, Vector512<int> high) =>
        Vector512.Min(Vector512.Max(ints, low), high);

    public static void StoreWords(short* target, Vector512<int> ints) => NarrowInOrder(ints).Store(target);

    public static Vector512<int> Dot(Vector512<int> sums, Vector512<int> x, Vector512<int> w) => sums + MultiplyAdd(x, w);

    public static Vector512<int> PairLow(Vector512<int> a, Vector512<int> b) => Avx512BW.UnpackLow(a.AsInt16(), b.AsInt16()).AsInt32();

    public static Vector512<int> PairHigh(Vector512<int> a, Vector512<int> b) => Avx512BW.UnpackHigh(a.AsInt16(), b.AsInt16()).AsInt32();

    public static Vector512<int> DotLow(Vector512<int> sums, Vector512<int> low, Vector512<int> high, Vector512<int> u) =>
        sums + MultiplyAdd(low, u);

    public static Vector512<int> DotHigh(Vector512<int> sums, Vector512<int> low, Vector512<int> high, Vector512<int> u) =>
        sums + MultiplyAdd(high, u);

    public static Vector512<int> TapsLow(
        Vector512<int> sums,
        Vector512<int> low,
        Vector512<int> high,
        Vector512<int> weightsLow,
        Vector512<int> weightsHigh
    ) => sums + MultiplyAdd(low, weightsLow);

    public static Vector512<int> TapsHigh(
        Vector512<int> sums,
        Vector512<int> low,
        Vector512<int> high,
        Vector512<int> weightsLow,
        Vector512<int> weightsHigh
    ) => sums + MultiplyAdd(high, weightsHigh);

    public static Vector512<int> Narrow(Vector512<int> low, Vector512<int> high) => Avx512BW.PackSignedSaturate(low, high).AsInt32();

    public static Vector512<int> NarrowStates(Vector512<int> low, Vector512<int> high) => Narrow(low >> 13, high >> 13);

    public static Vector512<int> AddWords(Vector512<int> a, Vector512<int> b) => (a.AsInt16() + b.AsInt16()).AsInt32();

    public static Vector512<int> AddSaturate(Vector512<int> a, Vector512<int> b) =>
        Avx512BW.AddSaturate(a.AsInt16(), b.AsInt16()).AsInt32();

    public static Vector512<int> SubtractWords(Vector512<int> a, Vector512<int> b) => (a.AsInt16() - b.AsInt16()).AsInt32();

    public static Vector512<int> MinWords(Vector512<int> a, Vector512<int> b) => Avx512BW.Min(a.AsInt16(), b.AsInt16()).AsInt32();

    public static Vector512<int> MaxWords(Vector512<int> a, Vector512<int> b) => Avx512BW.Max(a.AsInt16(), b.AsInt16()).AsInt32();

    public static Vector512<int> And(Vector512<int> a, Vector512<int> b) => a & b;

    public static Vector512<int> Blend(Vector512<int> gate, Vector512<int> difference) =>
        Avx512BW.MultiplyHigh(gate.AsInt16(), (difference.AsInt16() + difference.AsInt16())).AsInt32();

    /// <summary>The sixteen lanes as saturated words, in order.</summary>
    public static Vector256<short> NarrowInOrder(Vector512<int> ints) => Avx512F.ConvertToVector256Int16WithSaturation(ints);

    private static Vector512<int> MultiplyAdd(Vector512<int> a, Vector512<int> b) => Avx512BW.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16());
}
