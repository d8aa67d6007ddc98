namespace RNNPool.Edge.Models.Interpreter;

/// <summary>The scalar operations of docs/quantization.md.</summary>
internal static class FixedPoint
{
    /// <summary>1.0 of RNN states and pre-activations.</summary>
    public const int One = 8192;

    /// <summary>Fraction bits of RNN states.</summary>
    public const int StateBits = 13;

    /// <summary>acc * M / 2^32, rounded half up.</summary>
    public static int MulHi(int accumulator, int multiplier) => (int)((((long)accumulator * multiplier) + (1L << 31)) >> 32);

    public static sbyte Saturate8(int value) => (sbyte)Math.Clamp(value, sbyte.MinValue, sbyte.MaxValue);

    public static short Saturate16(int value) => (short)Math.Clamp(value, short.MinValue, short.MaxValue);
}
