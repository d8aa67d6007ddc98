using System.IO.Compression;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Signatures;

namespace RNNPool.Edge.Web.Models;

/// <summary>
/// A ZIP archive of a model folder. Its files are untrusted: only the file names of a model folder are accepted, and their sizes are
/// bounded while they are unpacked.
/// </summary>
internal static class ModelArchive
{
    private const long MaxUnpacked = 64L * 1024 * 1024;

    private static readonly string[] Names = [.. ModelSignature.SignedFiles, ModelSignature.FileName];

    /// <summary>Unpacks the files of a model into a folder.</summary>
    /// <exception cref="ModelException">The archive is none, is damaged, or unpacks to too much; the message is a sentence.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Unpack(byte[] archive, string folder)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(archive, writable: false), ZipArchiveMode.Read);
            long left = MaxUnpacked;
            foreach (ZipArchiveEntry entry in zip.Entries)
            {
                // Folders within the archive are ignored: the file name alone selects one of the known names.
                if (Names.FirstOrDefault(known => known == entry.Name) is not { } name)
                    continue;
                string path = Path.Combine(folder, name);
                if (File.Exists(path))
                    throw new ModelException($"The archive has {name} twice.");
                using System.IO.Stream source = entry.Open();
                using FileStream file = File.Create(path);
                left -= Copy(source, file, left);
            }
        }
        catch (InvalidDataException exception)
        {
            throw new ModelException("The upload is not a ZIP archive of a model folder, or it is damaged.", exception);
        }
    }

    private static long Copy(System.IO.Stream source, FileStream file, long most)
    {
        byte[] buffer = new byte[64 * 1024];
        long copied = 0;
        for (int read = source.Read(buffer); read > 0; read = source.Read(buffer))
        {
            copied += read;
            if (copied > most)
                throw new ModelException($"The archive unpacks to more than {MaxUnpacked / (1024 * 1024)} MiB.");
            file.Write(buffer.AsSpan(0, read));
        }

        return copied;
    }
}
