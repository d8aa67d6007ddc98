using System.Security.Cryptography;

namespace RNNPool.Edge.Models.Signatures;

/// <summary>
/// A private key that signs models: Ed25519 in PKCS #8 (RFC 8410), as <c>openssl genpkey -algorithm ed25519</c> writes it.
/// </summary>
public sealed class SigningKey
{
    private const string Label = "PRIVATE KEY";
    private const int MaxBytes = 4096;

    // PrivateKeyInfo of version 0 with the algorithm 1.3.101.112; the seed follows.
    private static readonly byte[] Prefix = Convert.FromHexString("302e020100300506032b657004220420");

    private readonly byte[] _seed;

    private SigningKey(byte[] seed)
    {
        _seed = seed;
        PublicKey = ModelKey.FromBytes(ModelSignature.UseOpenSsl(() => Ed25519.PublicKey(seed)));
    }

    /// <summary>The key that verifies signatures of this one.</summary>
    public ModelKey PublicKey { get; }

    /// <summary>Creates a random key.</summary>
    /// <exception cref="ModelException">OpenSSL is missing.</exception>
    public static SigningKey Create() => new(RandomNumberGenerator.GetBytes(Ed25519.KeyBytes));

    /// <summary>Reads a key.</summary>
    /// <param name="path">A PEM file.</param>
    /// <exception cref="ModelException">The file cannot be read or has no such key; the message is a sentence.</exception>
    public static SigningKey Load(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxBytes })
                throw new ModelException($"{path}: the file is longer than {MaxBytes} bytes, so it is no private key.");
            string text = File.ReadAllText(path);
            if (
                PemEncoding.TryFind(text, out PemFields fields)
                && text[fields.Label] == Label
                && Convert.FromBase64String(text[fields.Base64Data]) is var der
                && der.Length == Prefix.Length + Ed25519.KeyBytes
                && der.AsSpan().StartsWith(Prefix)
            )
            {
                return new SigningKey(der[Prefix.Length..]);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path}: the private key cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }

        throw new ModelException($"{path}: the file has no private Ed25519 key without a passphrase, in PKCS #8 as PEM.");
    }

    /// <summary>The key as PEM text.</summary>
    public string ToPem() => PemEncoding.WriteString(Label, [.. Prefix, .. _seed]) + "\n";

    internal byte[] Sign(byte[] message) => ModelSignature.UseOpenSsl(() => Ed25519.Sign(_seed, message));
}
