using System.Security.Cryptography;
using System.Text;

namespace RNNPool.Edge.Models.Signatures;

/// <summary>
/// The signature of a model folder, <c>model.sig</c> in it, or of a package alone, <c>FILE.sig</c> beside it. docs/model-format.md defines
/// the message that is signed: it has the hash of every file that a device reads.
/// </summary>
public static class ModelSignature
{
    /// <summary>Name of the signature in a model folder.</summary>
    public const string FileName = "model.sig";

    /// <summary>Suffix of the signature of a package alone.</summary>
    public const string Suffix = ".sig";

    private const string Heading = "rnnpool-edge model 1";
    private const string PackageName = "model.rnnp";
    private const int MaxBytes = 256;

    /// <summary>The files of a model folder that a device reads and a signature covers, in the order of their lines.</summary>
    public static IReadOnlyList<string> SignedFiles { get; } = ["arch.json", "card.md", "model.onnx", PackageName];

    /// <summary>The file that holds the signature of a model.</summary>
    /// <param name="path">A model folder or a package.</param>
    public static string FileOf(string path) => Directory.Exists(path) ? Path.Combine(path, FileName) : path + Suffix;

    /// <summary>Signs a model; the signature replaces an earlier one.</summary>
    /// <param name="path">A model folder or a package.</param>
    /// <param name="key">The key.</param>
    /// <returns>The file with the signature.</returns>
    /// <exception cref="ModelException">The model cannot be read, or the signature cannot be written.</exception>
    public static string Sign(string path, SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        byte[] signature = key.Sign(ReadMessage(path));
        string file = FileOf(path);
        try
        {
            File.WriteAllText(file, Convert.ToBase64String(signature) + "\n");
            return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{file}: the signature cannot be written: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    /// <summary>Finds the key whose signature a model has.</summary>
    /// <param name="path">A model folder or a package.</param>
    /// <param name="keys">The keys that are accepted.</param>
    /// <exception cref="ModelException">
    /// The model has no signature, or none of these keys for these files; the message is a sentence.
    /// </exception>
    public static ModelKey Verify(string path, IReadOnlyList<ModelKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        string file = FileOf(path);
        byte[] signature = ReadSignature(path, file),
            message = ReadMessage(path);
        return keys.FirstOrDefault(key => key.Verifies(message, signature))
            ?? throw new ModelException($"{file}: this is not the signature of the files of this model by an accepted key.");
    }

    /// <summary>Calls OpenSSL.</summary>
    /// <exception cref="ModelException">The library is missing.</exception>
    internal static T UseOpenSsl<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException or InvalidOperationException)
        {
            throw new ModelException("Signatures need Ed25519 of OpenSSL 3 (libcrypto.so.3), which this machine does not have.", exception);
        }
    }

    private static byte[] ReadSignature(string path, string file)
    {
        try
        {
            var info = new FileInfo(file);
            if (!info.Exists)
                throw new ModelException($"{path}: the model has no signature ({Path.GetFileName(file)}).");
            byte[] signature = new byte[Ed25519.SignatureBytes];
            if (
                info.Length <= MaxBytes
                && Convert.TryFromBase64String(File.ReadAllText(file).Trim(), signature, out int length)
                && length == signature.Length
            )
            {
                return signature;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{file}: the signature cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }

        throw new ModelException($"{file}: the file must hold a signature of {Ed25519.SignatureBytes} bytes in base64.");
    }

    // Lines as sha256sum prints them, below a heading that keeps the key from signing anything else by accident.
    private static byte[] ReadMessage(string path)
    {
        var text = new StringBuilder(Heading).Append('\n');
        try
        {
            if (!Directory.Exists(path))
                Append(PackageName, path);
            else
            {
                foreach (string name in SignedFiles.Where(name => File.Exists(Path.Combine(path, name))))
                    Append(name, Path.Combine(path, name));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path}: the model cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }

        return Encoding.ASCII.GetBytes(text.ToString());

        void Append(string name, string file)
        {
            using FileStream stream = File.OpenRead(file);
            text.Append(Convert.ToHexStringLower(SHA256.HashData(stream))).Append("  ").Append(name).Append('\n');
        }
    }
}
