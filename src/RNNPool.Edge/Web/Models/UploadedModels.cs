using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Models;
using RNNPool.Edge.Pipeline.Engines;

namespace RNNPool.Edge.Web.Models;

/// <summary>
/// Uploaded model folders, in the state folder. An upload is a <see cref="ModelArchive"/>. The model must run once, in a process of its
/// own, before it is kept. Thread-safe.
/// </summary>
internal sealed class UploadedModels(StateFolder state, ModelTrial trial, IOptions<ModelOptions> options)
{
    /// <summary>Longest archive in bytes.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    /// <summary>Most models.</summary>
    public const int MaxModels = 8;

    private const string FreshSuffix = ".new",
        OldSuffix = ".old";

    private readonly Lock _lock = new();
    private readonly HashSet<string> _running = [];

    /// <summary>Folder of the uploaded models.</summary>
    public string Folder => Path.Combine(state.Path, "models");

    /// <summary>Whether this is a valid name of a model; the name becomes that of a folder.</summary>
    public static bool IsName(string name) =>
        name.Length is >= 1 and <= 64 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');

    /// <summary>
    /// Unpacks, tests and keeps a model. It replaces one of the same name. Of two simultaneous uploads of one name the first is kept.
    /// </summary>
    /// <exception cref="ModelException">The archive contains no usable model; the message is a sentence.</exception>
    /// <exception cref="IOException">
    /// The model cannot be kept, or an upload of that name is in progress; the message is a sentence.
    /// </exception>
    public void Add(string name, byte[] archive)
    {
        if (state.Failure is { } failure)
            throw new IOException(failure);
        lock (_lock)
        {
            Directory.CreateDirectory(Folder);
            if (_running.Count == 0)
                Clean();
            if (!_running.Add(name))
                throw new IOException($"An upload of the model {name} is in progress already.");
        }

        string fresh = Path.Combine(Folder, $".{name}{FreshSuffix}");
        try
        {
            Directory.CreateDirectory(fresh);
            ModelArchive.Unpack(archive, fresh);
            Test(fresh);
            lock (_lock)
                Store(name, fresh);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException(exception.Message, exception);
        }
        finally
        {
            Delete(fresh);
            lock (_lock)
                _running.Remove(name);
        }
    }

    private void Store(string name, string fresh)
    {
        string target = Path.Combine(Folder, name);
        bool replaces = Directory.Exists(target);
        if (!replaces && Directory.EnumerateDirectories(Folder).Count(path => !Path.GetFileName(path).StartsWith('.')) >= MaxModels)
        {
            throw new IOException($"There are {MaxModels} uploaded models already; delete one of {Folder} first.");
        }

        string old = Path.Combine(Folder, $".{name}{OldSuffix}");
        if (replaces)
            Directory.Move(target, old);
        Directory.Move(fresh, target);
        Delete(old);
    }

    /// <summary>Removes the remains of an upload that a power failure interrupted. A model that was being replaced is restored.</summary>
    private void Clean()
    {
        foreach (string path in Directory.GetDirectories(Folder, ".*"))
        {
            string name = Path.GetFileName(path)[1..];
            if (name.EndsWith(FreshSuffix, StringComparison.Ordinal))
                Delete(path);
            if (!name.EndsWith(OldSuffix, StringComparison.Ordinal))
                continue;
            string target = Path.Combine(Folder, name[..^OldSuffix.Length]);
            if (Directory.Exists(target))
                Delete(path);
            else
                Directory.Move(path, target);
        }
    }

    private void Test(string path)
    {
        try
        {
            SignedModels.Check(path, options.Value);
            trial.Run(path);
        }
        catch (ModelException exception)
        {
            // The message names no temporary path.
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
