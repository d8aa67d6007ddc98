using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>
/// Opens files without waiting. An open of a pipe waits until another process writes it, without a way to cancel the wait.
/// </summary>
internal static partial class RegularFile
{
    private const int ReadOnly = 0,
        NonBlocking = 0x800,
        CloseOnExecute = 0x80000,
        NoSuchFile = 2,
        NotPermitted = 1,
        AccessDenied = 13,
        NotAFolder = 20; // fcntl.h and errno.h of Linux

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="IOException">It cannot be opened, or has no length, as a pipe or a device.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it, or it is a folder.</exception>
    public static SafeFileHandle OpenRead(string path)
    {
        int file = Open(path, ReadOnly | NonBlocking | CloseOnExecute),
            error = Marshal.GetLastPInvokeError();
        if (file < 0 && error == NoSuchFile && ByteNames.Find(path) is { } bytes)
        {
            file = Open(bytes, ReadOnly | NonBlocking | CloseOnExecute);
            error = Marshal.GetLastPInvokeError();
        }

        if (file < 0)
        {
            string message = new Win32Exception(error).Message;
            throw error switch
            {
                NoSuchFile or NotAFolder => new FileNotFoundException(message, path),
                AccessDenied or NotPermitted => new UnauthorizedAccessException(message),
                _ => new IOException(message),
            };
        }

        var handle = new SafeFileHandle(file, ownsHandle: true);
        try
        {
            // Fails for what has no length.
            if (Directory.Exists(path))
                throw new UnauthorizedAccessException("Is a folder");
            _ = RandomAccess.GetLength(handle);
            return handle;
        }
        catch (Exception exception)
        {
            handle.Dispose();
            if (exception is NotSupportedException)
                throw new IOException("it is a pipe or a device, not a file", exception);
            throw;
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(byte[] path, int flags);
}
