using System.IO.Compression;
using RNNPool.Edge.Core;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Web.Models;

/// <summary>
/// Model folders that came over the page, in the state folder. An upload is a ZIP archive of a model folder; its files are untrusted: only the names
/// that a model folder has are taken, their sizes are bounded while they are unpacked, and the model must run once before it is kept.
/// </summary>
internal sealed class UploadedModels(StateFolder state)
{
    /// <summary>Longest archive in bytes.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    /// <summary>Most models.</summary>
    public const int MaxModels = 8;

    private const long MaxUnpacked = 64L * 1024 * 1024;

    private static readonly string[] Names = ["arch.json", "model.onnx", "model.rnnp", "card.md"];

    /// <summary>Where they are.</summary>
    public string Folder => Path.Combine(state.Path, "models");

    /// <summary>Whether a model may be called that; the name becomes that of a folder.</summary>
    public static bool IsName(string name) =>
        name.Length is >= 1 and <= 64 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');

    /// <summary>Unpacks, checks and keeps a model. One of the same name is replaced.</summary>
    /// <exception cref="ModelException">It is no usable model; the message is a sentence.</exception>
    /// <exception cref="IOException">It cannot be kept; the message is a sentence.</exception>
    public void Add(string name, byte[] archive)
    {
        if (state.Failure is { } failure)
            throw new IOException(failure);
        Directory.CreateDirectory(Folder);
        string target = Path.Combine(Folder, name),
            fresh = Path.Combine(Folder, $".{name}.new"),
            old = Path.Combine(Folder, $".{name}.old");
        if (
            !Directory.Exists(target)
            && Directory.EnumerateDirectories(Folder).Count(path => !Path.GetFileName(path).StartsWith('.')) >= MaxModels
        )
            throw new IOException($"There are {MaxModels} uploaded models already; delete one of {Folder} first.");
        Delete(fresh);
        Delete(old);
        try
        {
            Directory.CreateDirectory(fresh);
            Unpack(archive, fresh);
            Try(fresh);
            if (Directory.Exists(target))
                Directory.Move(target, old);
            Directory.Move(fresh, target);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException(exception.Message, exception);
        }
        finally
        {
            Delete(fresh);
            Delete(old);
        }
    }

    private static void Unpack(byte[] archive, string folder)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(archive, writable: false), ZipArchiveMode.Read);
            long left = MaxUnpacked;
            foreach (ZipArchiveEntry entry in zip.Entries)
            {
                // The folders of the archive do not matter: the file name alone decides, and it is one of ours.
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

    /// <summary>Loads the model and runs it once, as a start would.</summary>
    private static void Try(string path)
    {
        ModelFolder folder;
        try
        {
            folder = ModelFolder.Open(path);
            if (folder.PackagePath is { } package)
                ModelPackage.Load(package);
            using OnnxDetector detector = OnnxDetector.Create(folder, new DetectorOptions());
        }
        catch (ModelException exception)
        {
            // The path is a passing one; its owner knows the file.
            throw new ModelException(
                exception
                    .Message.Replace(path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)
                    .Replace(path, "the archive", StringComparison.Ordinal),
                exception
            );
        }
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
