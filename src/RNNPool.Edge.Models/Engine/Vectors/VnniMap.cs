using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RNNPool.Edge.Models.Engine.Vectors;

/// <summary>
/// Maps of unsigned bytes for VPDPBUSD, which multiplies four unsigned by four signed bytes of each lane and adds the products without
/// saturation. The 128 that each element is too large is taken from the biases.
/// </summary>
internal unsafe struct VnniMap : IMapOps<Vector256<int>>
{
    public static MapElement Element => MapElement.UnsignedByte;

    public static int Group => 4;

    public static int WeightBytes => 1;

    public static int WeightIndex(int lane, int element) => (4 * lane) + element;

    public static Vector256<int> Dot(Vector256<int> sums, Vector256<int> x, Vector256<int> w) =>
        AvxVnni.MultiplyWideningAndAdd(sums, x.AsByte(), w.AsSByte());

    public static Vector256<int> LoadInts(byte* source) => Avx2.ConvertToVector256Int32(source);

    public static Vector256<int> LoadWords(byte* source) => Avx2.ConvertToVector256Int16(source).AsInt32();

    public static void StoreInts(byte* target, Vector256<int> ints)
    {
        Vector128<short> words = Avx2Ops<AvxVnniMultiplyAdd>.NarrowInOrder(ints);
        Sse2.PackUnsignedSaturate(words, words).GetLower().Store(target);
    }

    public static void StoreWords(byte* target, Vector256<int> words) =>
        Sse2.PackUnsignedSaturate(words.AsInt16().GetLower(), words.AsInt16().GetUpper()).Store(target);
}
