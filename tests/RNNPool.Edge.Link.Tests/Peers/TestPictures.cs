using System.IO.Hashing;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;

namespace RNNPool.Edge.Link.Tests.Peers;

/// <summary>Pictures for tests and what the test device must find in them.</summary>
internal static class TestPictures
{
    /// <summary>A gradient with some noise, so that the row code has something to do.</summary>
    public static byte[] Create(int width, int height, int seed)
    {
        var random = new Random(seed);
        byte[] pixels = new byte[width * height];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(((i % width) / 2) + ((i / width) / 3) + random.Next(seed % 3 == 0 ? 4 : 40));
        return pixels;
    }

    public static void AssertFound(byte[] pixels, int width, int height, CoprocessorResult result)
    {
        uint crc = Crc32.HashToUInt32(pixels);
        Assert.Equal(crc, (uint)result.ComputeTicks);
        byte[] expected = NativePeer.Expected(crc, width, height);
        Assert.Equal(expected.Length / ResultMessage.DetectionSize, result.Count);
        for (int i = 0; i < result.Count; i++)
        {
            ReadOnlySpan<byte> bytes = expected.AsSpan(i * ResultMessage.DetectionSize);
            Assert.Equal(BitConverter.ToInt16(bytes) / 16f, result.Detections[i].X);
            Assert.Equal(BitConverter.ToInt16(bytes[2..]) / 16f, result.Detections[i].Y);
            Assert.Equal(BitConverter.ToUInt16(bytes[4..]) / 16f, result.Detections[i].Width);
            Assert.Equal(BitConverter.ToUInt16(bytes[6..]) / 16f, result.Detections[i].Height);
            Assert.Equal(BitConverter.ToUInt16(bytes[8..]) / 65536f, result.Detections[i].Score);
            Assert.Equal(bytes[10], result.Detections[i].Label);
        }
    }
}
