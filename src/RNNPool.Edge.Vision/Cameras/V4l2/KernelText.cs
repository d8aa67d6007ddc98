using System.Text;

namespace RNNPool.Edge.Vision.Cameras.V4l2;

/// <summary>Reads the kernel's strings.</summary>
internal static class KernelText
{
    /// <summary>The text up to the first zero byte; control characters become question marks.</summary>
    public static string Read(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        return string.Concat(Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]).Select(c => char.IsControl(c) ? '?' : c));
    }
}
