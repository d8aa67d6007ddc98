using System.Runtime.InteropServices;
using RNNPool.Edge.Vision.Frames;
using SkiaSharp;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>
/// Decodes a picture at a fraction of its size, for formats that the codec only decodes at their full size, such as PNG. Each pixel is the
/// mean of a square. The full picture is in memory only while it is reduced, and its memory returns to the system at once.
/// </summary>
internal static class ReducedPixels
{
    /// <summary>Decodes a picture.</summary>
    /// <param name="codec">The codec.</param>
    /// <param name="info">The full size, in the format of the frame.</param>
    /// <param name="reduction">Divisor of width and height.</param>
    /// <param name="frame">Receives the pixels; its size is the full size divided by the reduction.</param>
    public static unsafe SKCodecResult Read(SKCodec codec, SKImageInfo info, int reduction, Frame frame)
    {
        int samples = info.BytesPerPixel;
        void* pixels = NativeMemory.AllocZeroed((nuint)info.BytesSize64);
        try
        {
            SKCodecResult result = codec.GetPixels(info, (nint)pixels, info.RowBytes, SKCodecOptions.Default);
            if (result != SKCodecResult.Success)
                return result;
            var sums = new int[frame.Width * samples];
            for (int y = 0; y < frame.Height; y++)
            {
                Array.Clear(sums);
                for (int i = 0; i < reduction; i++)
                {
                    long row = ((long)y * reduction) + i;
                    Add(new ReadOnlySpan<byte>((byte*)pixels + (row * info.RowBytes), info.RowBytes), sums, samples, reduction);
                }

                Span<byte> target = frame.Data.Slice(y * frame.Stride, sums.Length);
                for (int i = 0; i < sums.Length; i++)
                    target[i] = (byte)(sums[i] / (reduction * reduction));
            }

            return SKCodecResult.Success;
        }
        finally
        {
            NativeMemory.Free(pixels);
        }
    }

    private static void Add(ReadOnlySpan<byte> row, int[] sums, int samples, int reduction)
    {
        int from = 0;
        for (int at = 0; at < sums.Length; at += samples)
        {
            for (int i = 0; i < reduction; i++)
            {
                for (int sample = 0; sample < samples; sample++)
                    sums[at + sample] += row[from++];
            }
        }
    }
}
