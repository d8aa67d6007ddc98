using RNNPool.Edge.Link.Rows;
using RNNPool.Edge.Link.Tests.Peers;

namespace RNNPool.Edge.Link.Tests.Framing;

public sealed class RowCodeTests
{
    [Fact]
    public void What_is_coded_here_is_decoded_by_the_firmware_whatever_the_cuts()
    {
        var random = new Random(3);
        for (int round = 0; round < 300; round++)
        {
            int width = random.Next(1, 330);
            int height = random.Next(1, 12);
            int stride = width + random.Next(3);
            byte[] picture = new byte[stride * height];
            int noise = 1 << random.Next(9);
            for (int i = 0; i < picture.Length; i++)
                picture[i] = (byte)((i % stride / 2) + random.Next(noise));
            byte[] decoded = new byte[width * height];
            for (int position = 0; position < decoded.Length; )
            {
                byte[] output = new byte[random.Next(34, 480)];
                int length = RowCode.Encode(picture, width, stride, position, decoded.Length - position, output, out int pixels);
                Assert.InRange(pixels, 1, decoded.Length - position);
                Assert.True(NativePeer.DecodeRows(output.AsSpan(0, length), decoded, width, position, pixels));
                position += pixels;
            }

            for (int row = 0; row < height; row++)
                Assert.Equal(picture.AsSpan(row * stride, width), decoded.AsSpan(row * width, width));
        }
    }

    [Fact]
    public void Noise_costs_less_than_one_percent_more_than_plain_pixels()
    {
        byte[] noise = new byte[320 * 8];
        new Random(1).NextBytes(noise);
        int length = RowCode.Encode(noise, 320, 320, 0, noise.Length, new byte[4096], out int pixels);
        Assert.Equal(noise.Length, pixels);
        Assert.InRange(length, 1, (int)(noise.Length * 1.013));
    }

    [Fact]
    public void A_buffer_too_small_for_a_block_codes_nothing()
    {
        byte[] noise = new byte[320];
        new Random(1).NextBytes(noise);
        Assert.Equal(0, RowCode.Encode(noise, 320, 320, 0, 320, new byte[8], out int pixels));
        Assert.Equal(0, pixels);
    }
}
