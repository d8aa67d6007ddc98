using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace RNNPool.Edge.Models.Engine.Vectors;

/// <summary>Maps of signed bytes for Arm's SDOT, which multiplies four bytes of each lane and adds the products.</summary>
internal unsafe struct DotProductMap : IMapOps<Vector128<int>>
{
    public static MapElement Element => MapElement.SignedByte;

    public static int Group => 4;

    public static int WeightBytes => 1;

    public static int WeightIndex(int lane, int element) => (4 * lane) + element;

    public static Vector128<int> Dot(Vector128<int> sums, Vector128<int> x, Vector128<int> w) =>
        Dp.DotProduct(sums, x.AsSByte(), w.AsSByte());

    public static Vector128<int> LoadInts(byte* source) =>
        AdvSimd.SignExtendWideningLower(AdvSimd.SignExtendWideningLower(Vector64.CreateScalarUnsafe(*(uint*)source).AsSByte()).GetLower());

    public static Vector128<int> LoadWords(byte* source) => AdvSimd.SignExtendWideningLower(Vector64.Load((sbyte*)source)).AsInt32();

    public static void StoreInts(byte* target, Vector128<int> ints)
    {
        Vector64<short> words = AdvSimd.ExtractNarrowingSaturateLower(ints);
        *(uint*)target = AdvSimd.ExtractNarrowingSaturateLower(Vector128.Create(words, words)).AsUInt32().ToScalar();
    }

    public static void StoreWords(byte* target, Vector128<int> words) =>
        AdvSimd.ExtractNarrowingSaturateLower(words.AsInt16()).Store((sbyte*)target);
}
