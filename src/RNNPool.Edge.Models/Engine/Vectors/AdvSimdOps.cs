using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace RNNPool.Edge.Models.Engine.Vectors;

/// <summary>128-bit registers of Arm: SMLAL multiplies four words by one word of another register and adds to four lanes.</summary>
internal unsafe struct AdvSimdOps : IVectorOps<Vector128<int>>
{
    public static int Lanes => 4;

    public static bool Interleaves => false;

    public static Vector128<int> Load(void* source) => Vector128.Load((int*)source);

    public static void Store(void* target, Vector128<int> value) => value.Store((int*)target);

    public static Vector128<int> Broadcast(int value) => Vector128.Create(value);

    public static Vector128<int> BroadcastWord(short value) => Vector128.Create(value).AsInt32();

    public static Vector128<int> Add(Vector128<int> a, Vector128<int> b) => a + b;

    public static Vector128<int> ShiftRight(Vector128<int> a, int bits) => a >> bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MulHi(Vector128<int> sums, Vector128<int> m, Vector128<int> odd) =>
        AdvSimd.ShiftRightLogicalRoundedNarrowingUpper(
            AdvSimd.ShiftRightLogicalRoundedNarrowingLower(AdvSimd.MultiplyWideningLower(sums.GetLower(), m.GetLower()), 32),
            AdvSimd.MultiplyWideningUpper(sums, m),
            32
        );

    public static Vector128<int> LoadInts(short* source) => AdvSimd.SignExtendWideningLower(Vector64.Load(source));

    public static Vector128<int> Clamp(Vector128<int> ints, Vector128<int> low, Vector128<int> high) =>
        Vector128.Min(Vector128.Max(ints, low), high);

    public static void StoreWords(short* target, Vector128<int> ints) => AdvSimd.ExtractNarrowingSaturateLower(ints).Store(target);

    public static Vector128<int> Dot(Vector128<int> sums, Vector128<int> x, Vector128<int> w) =>
        AdvSimd.MultiplyBySelectedScalarWideningUpperAndAdd(
            AdvSimd.MultiplyBySelectedScalarWideningLowerAndAdd(sums, w.AsInt16().GetLower(), x.AsInt16(), 0),
            w.AsInt16(),
            x.AsInt16(),
            1
        );

    public static Vector128<int> PairLow(Vector128<int> a, Vector128<int> b) => a;

    public static Vector128<int> PairHigh(Vector128<int> a, Vector128<int> b) => b;

    public static Vector128<int> DotLow(Vector128<int> sums, Vector128<int> low, Vector128<int> high, Vector128<int> u) =>
        AdvSimd.MultiplyBySelectedScalarWideningLowerAndAdd(
            AdvSimd.MultiplyBySelectedScalarWideningLowerAndAdd(sums, low.AsInt16().GetLower(), u.AsInt16(), 0),
            high.AsInt16().GetLower(),
            u.AsInt16(),
            1
        );

    public static Vector128<int> DotHigh(Vector128<int> sums, Vector128<int> low, Vector128<int> high, Vector128<int> u) =>
        AdvSimd.MultiplyBySelectedScalarWideningUpperAndAdd(
            AdvSimd.MultiplyBySelectedScalarWideningUpperAndAdd(sums, low.AsInt16(), u.AsInt16(), 0),
            high.AsInt16(),
            u.AsInt16(),
            1
        );

    public static Vector128<int> TapsLow(
        Vector128<int> sums,
        Vector128<int> low,
        Vector128<int> high,
        Vector128<int> weightsLow,
        Vector128<int> weightsHigh
    ) =>
        AdvSimd.MultiplyWideningLowerAndAdd(
            AdvSimd.MultiplyWideningLowerAndAdd(sums, low.AsInt16().GetLower(), weightsLow.AsInt16().GetLower()),
            high.AsInt16().GetLower(),
            weightsHigh.AsInt16().GetLower()
        );

    public static Vector128<int> TapsHigh(
        Vector128<int> sums,
        Vector128<int> low,
        Vector128<int> high,
        Vector128<int> weightsLow,
        Vector128<int> weightsHigh
    ) =>
        AdvSimd.MultiplyWideningUpperAndAdd(
            AdvSimd.MultiplyWideningUpperAndAdd(sums, low.AsInt16(), weightsLow.AsInt16()),
            high.AsInt16(),
            weightsHigh.AsInt16()
        );

    public static Vector128<int> Narrow(Vector128<int> low, Vector128<int> high) =>
        AdvSimd.ExtractNarrowingSaturateUpper(AdvSimd.ExtractNarrowingSaturateLower(low), high).AsInt32();

    public static Vector128<int> NarrowStates(Vector128<int> low, Vector128<int> high) =>
        AdvSimd.ShiftRightArithmeticNarrowingSaturateUpper(AdvSimd.ShiftRightArithmeticNarrowingSaturateLower(low, 13), high, 13).AsInt32();

    public static Vector128<int> AddWords(Vector128<int> a, Vector128<int> b) => (a.AsInt16() + b.AsInt16()).AsInt32();

    public static Vector128<int> AddSaturate(Vector128<int> a, Vector128<int> b) => AdvSimd.AddSaturate(a.AsInt16(), b.AsInt16()).AsInt32();

    public static Vector128<int> SubtractWords(Vector128<int> a, Vector128<int> b) => (a.AsInt16() - b.AsInt16()).AsInt32();

    public static Vector128<int> MinWords(Vector128<int> a, Vector128<int> b) => AdvSimd.Min(a.AsInt16(), b.AsInt16()).AsInt32();

    public static Vector128<int> MaxWords(Vector128<int> a, Vector128<int> b) => AdvSimd.Max(a.AsInt16(), b.AsInt16()).AsInt32();

    public static Vector128<int> And(Vector128<int> a, Vector128<int> b) => a & b;

    public static Vector128<int> Blend(Vector128<int> gate, Vector128<int> difference) =>
        AdvSimd.MultiplyDoublingSaturateHigh(gate.AsInt16(), difference.AsInt16()).AsInt32();
}
