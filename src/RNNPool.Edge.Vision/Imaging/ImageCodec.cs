using System.Buffers;
using Microsoft.Win32.SafeHandles;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>
/// Pictures to frames and back. The bytes are untrusted: format and size are read from the header and checked before anything
/// is allocated for pixels. Only this class and its two internal parts use the codec library.
/// </summary>
public static class ImageCodec
{
    /// <summary>Largest picture file that is read, in bytes (256 MiB).</summary>
    public const long MaxFileBytes = 256L * 1024 * 1024;

    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"];

    /// <summary>Whether a file name ends like a picture that can be decoded.</summary>
    public static bool IsPictureName(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads and decodes a picture file (JPEG, PNG, WebP, GIF's first image, BMP), rotated according to its EXIF data.</summary>
    /// <param name="path">The file.</param>
    /// <param name="pool">Provides the frame.</param>
    /// <returns>A frame in <see cref="PixelFormat.Gray8"/> when the file is grey, else in <see cref="PixelFormat.Rgba32"/>.</returns>
    /// <exception cref="ImageException">The file is missing, empty, damaged, too large, or not a picture.</exception>
    public static Frame Load(string path, FramePool pool) => Load(path, pool, reduction: 1, neededWidth: 0, neededHeight: 0);

    /// <summary>
    /// Reads a picture file at the largest fraction of its size that keeps the needed pixels; see <see cref="Load(string, FramePool)"/>.
    /// </summary>
    internal static Frame LoadReduced(string path, FramePool pool, int neededWidth, int neededHeight) =>
        Load(path, pool, reduction: 0, neededWidth, neededHeight);

    private static Frame Load(string path, FramePool pool, int reduction, int neededWidth, int neededHeight)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return Read(path, data => SkiaDecoder.Decode(data, path, pool, reduction, neededWidth, neededHeight));
    }

    /// <summary>Reads size and orientation of a picture file without decoding its pixels.</summary>
    /// <exception cref="ImageException">The file is missing, empty, damaged, too large, or not a picture.</exception>
    public static PictureOrientation LoadOrientation(string path) => Read(path, data => SkiaDecoder.ReadOrientation(data, path));

    /// <summary>Decodes the bytes of a picture file; see <see cref="Load(string, FramePool)"/>.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="name">Name for messages.</param>
    /// <param name="pool">Provides the frame.</param>
    /// <exception cref="ImageException">The bytes are damaged, too large a picture, or not a picture.</exception>
    public static Frame Decode(ReadOnlySpan<byte> data, string name, FramePool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        if (data.IsEmpty)
            throw new ImageException($"{name}: the file is empty.");
        return SkiaDecoder.Decode(data, name, pool);
    }

    /// <summary>Decodes a picture at a fraction of its size, which is cheaper for a JPEG.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="name">Name for messages.</param>
    /// <param name="pool">Provides the frame.</param>
    /// <param name="reduction">Divisor of width and height: 1, 2, 4 or 8; 0 for the largest that keeps every needed pixel.</param>
    /// <param name="neededWidth">Width of the input that the picture is fitted into; 0 when every pixel is needed.</param>
    /// <param name="neededHeight">Height of that input; 0 when every pixel is needed.</param>
    /// <exception cref="ImageException">The bytes are damaged, too large a picture, or not a picture.</exception>
    internal static Frame DecodeReduced(
        ReadOnlySpan<byte> data,
        string name,
        FramePool pool,
        int reduction,
        int neededWidth,
        int neededHeight
    ) => SkiaDecoder.Decode(data, name, pool, reduction, neededWidth, neededHeight);

    /// <summary>Encodes a frame, in grey or colour like the frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="encoding">The file format.</param>
    /// <param name="quality">Quality of a JPEG, 1 to 100; a PNG ignores it.</param>
    /// <returns>The bytes of a picture file.</returns>
    /// <exception cref="ImageException">The codec failed.</exception>
    public static byte[] Encode(Frame frame, ImageEncoding encoding, int quality = 90)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        return SkiaEncoder.Encode(frame, encoding, quality);
    }

    private static T Read<T>(string path, Func<ReadOnlySpan<byte>, T> use)
    {
        byte[]? buffer = null;
        try
        {
            using SafeFileHandle file = RegularFile.OpenRead(path);
            long length = RandomAccess.GetLength(file);
            if (length == 0)
                throw new ImageException($"{path}: the file is empty.");
            if (length > MaxFileBytes)
                throw new ImageException($"{path}: the file has {length} bytes, more than the {MaxFileBytes} that are accepted.");
            buffer = ArrayPool<byte>.Shared.Rent((int)length);
            int read = 0;
            while (read < length)
            {
                int got = RandomAccess.Read(file, buffer.AsSpan(read, (int)length - read), read);
                if (got == 0)
                    throw new ImageException($"{path}: the file became shorter while it was read.");
                read += got;
            }

            return use(buffer.AsSpan(0, read));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ImageException($"{path}: there is no such file.", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new ImageException(
                Directory.Exists(path) ? $"{path}: this is a folder, not a picture." : $"{path}: no permission to read this file.",
                error
            );
        }
        catch (IOException error)
        {
            throw new ImageException($"{path}: cannot be read ({error.Message.TrimEnd('.')}).", error);
        }
        finally
        {
            if (buffer is not null)
                ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
