using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RNNPool.Edge.Models.Engine.Vectors;

/// <summary>How 256 bits of words are multiplied, and the products of each pair added.</summary>
internal interface IMultiplyAdd256
{
    static abstract Vector256<int> MultiplyAdd(Vector256<int> sums, Vector256<int> a, Vector256<int> b);
}

/// <summary>VPMADDWD and VPADDD.</summary>
internal struct Avx2MultiplyAdd : IMultiplyAdd256
{
    public static Vector256<int> MultiplyAdd(Vector256<int> sums, Vector256<int> a, Vector256<int> b) =>
        sums + Avx2.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16());
}

/// <summary>VPDPWSSD.</summary>
internal struct AvxVnniMultiplyAdd : IMultiplyAdd256
{
    public static Vector256<int> MultiplyAdd(Vector256<int> sums, Vector256<int> a, Vector256<int> b) =>
        AvxVnni.MultiplyWideningAndAdd(sums, a.AsInt16(), b.AsInt16());
}

/// <summary>256-bit registers of x86.</summary>
internal unsafe struct Avx2Ops<M> : IVectorOps<Vector256<int>>
    where M : struct, IMultiplyAdd256
{
    public static int Lanes => 8;

    public static bool Interleaves => true;

    public static Vector256<int> Load(void* source) => Vector256.Load((int*)source);

    public static void Store(void* target, Vector256<int> value) => value.Store((int*)target);

    public static Vector256<int> Broadcast(int value) => Vector256.Create(value);

    public static Vector256<int> BroadcastWord(short value) => Vector256.Create(value).AsInt32();

    public static Vector256<int> Add(Vector256<int> a, Vector256<int> b) => a + b;

    public static Vector256<int> ShiftRight(Vector256<int> a, int bits) => a >> bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MulHi(Vector256<int> sums, Vector256<int> m, Vector256<int> odd)
    {
        Vector256<long> half = Vector256.Create(1L << 31);
        Vector256<long> a = Avx2.Multiply(sums, m) + half;
        Vector256<long> b = Avx2.Multiply((sums.AsInt64() >>> 32).AsInt32(), odd) + half;
        return Avx2.Blend((a >>> 32).AsInt32(), b.AsInt32(), 0b10101010);
    }

    public static Vector256<int> LoadInts(short* source) => Avx2.ConvertToVector256Int32(source);

    public static Vector256<int> Clamp(Vector256<int> ints, Vector256<int> low, Vector256<int> high) =>
        Vector256.Min(Vector256.Max(ints, low), high);

    public static void StoreWords(short* target, Vector256<int> ints) => NarrowInOrder(ints).Store(target);

    public static Vector256<int> Dot(Vector256<int> sums, Vector256<int> x, Vector256<int> w) => M.MultiplyAdd(sums, x, w);

    public static Vector256<int> PairLow(Vector256<int> a, Vector256<int> b) => Avx2.UnpackLow(a.AsInt16(), b.AsInt16()).AsInt32();

    public static Vector256<int> PairHigh(Vector256<int> a, Vector256<int> b) => Avx2.UnpackHigh(a.AsInt16(), b.AsInt16()).AsInt32();

    public static Vector256<int> DotLow(Vector256<int> sums, Vector256<int> low, Vector256<int> high, Vector256<int> u) =>
        M.MultiplyAdd(sums, low, u);

    public static Vector256<int> DotHigh(Vector256<int> sums, Vector256<int> low, Vector256<int> high, Vector256<int> u) =>
        M.MultiplyAdd(sums, high, u);

    public static Vector256<int> TapsLow(
        Vector256<int> sums,
        Vector256<int> low,
        Vector256<int> high,
        Vector256<int> weightsLow,
        Vector256<int> weightsHigh
    ) => M.MultiplyAdd(sums, low, weightsLow);

    public static Vector256<int> TapsHigh(
        Vector256<int> sums,
        Vector256<int> low,
        Vector256<int> high,
        Vector256<int> weightsLow,
        Vector256<int> weightsHigh
    ) => M.MultiplyAdd(sums, high, weightsHigh);

    public static Vector256<int> Narrow(Vector256<int> low, Vector256<int> high) => Avx2.PackSignedSaturate(low, high).AsInt32();

    public static Vector256<int> NarrowStates(Vector256<int> low, Vector256<int> high) => Narrow(low >> 13, high >> 13);

    public static Vector256<int> AddWords(Vector256<int> a, Vector256<int> b) => (a.AsInt16() + b.AsInt16()).AsInt32();

    public static Vector256<int> AddSaturate(Vector256<int> a, Vector256<int> b) => Avx2.AddSaturate(a.AsInt16(), b.AsInt16()).AsInt32();

    public static Vector256<int> SubtractWords(Vector256<int> a, Vector256<int> b) => (a.AsInt16() - b.AsInt16()).AsInt32();

    public static Vector256<int> MinWords(Vector256<int> a, Vector256<int> b) => Avx2.Min(a.AsInt16(), b.AsInt16()).AsInt32();

    public static Vector256<int> MaxWords(Vector256<int> a, Vector256<int> b) => Avx2.Max(a.AsInt16(), b.AsInt16()).AsInt32();

    public static Vector256<int> And(Vector256<int> a, Vector256<int> b) => a & b;

    public static Vector256<int> Blend(Vector256<int> gate, Vector256<int> difference) =>
        Avx2.MultiplyHigh(gate.AsInt16(), (difference.AsInt16() + difference.AsInt16())).AsInt32();

    /// <summary>The eight lanes as saturated words, in order.</summary>
    public static Vector128<short> NarrowInOrder(Vector256<int> ints) =>
        Avx2.Permute4x64(Avx2.PackSignedSaturate(ints, ints).AsInt64(), 0b1000).GetLower().AsInt16();
}
