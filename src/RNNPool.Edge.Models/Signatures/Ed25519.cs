using System.Runtime.InteropServices;

namespace RNNPool.Edge.Models.Signatures;

/// <summary>
/// Ed25519 (RFC 8032) by OpenSSL 3, because .NET has no interface for it. The library is the one that .NET itself loads for hashes and TLS.
/// </summary>
internal static partial class Ed25519
{
    /// <summary>Bytes of a public key, and of the seed that is the private key.</summary>
    public const int KeyBytes = 32;

    /// <summary>Bytes of a signature.</summary>
    public const int SignatureBytes = 64;

    private const string Library = "libcrypto.so.3";
    private const int Algorithm = 1087; // EVP_PKEY_ED25519

    /// <summary>The public key of a private key.</summary>
    public static byte[] PublicKey(ReadOnlySpan<byte> seed)
    {
        nint key = RequireHandle(NewPrivateKey(Algorithm, 0, seed, (nuint)seed.Length));
        try
        {
            byte[] result = new byte[KeyBytes];
            nuint length = KeyBytes;
            Require(GetPublicKey(key, result, ref length));
            return result;
        }
        finally
        {
            FreeKey(key);
        }
    }

    /// <summary>Signs a message.</summary>
    public static byte[] Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message)
    {
        nint key = RequireHandle(NewPrivateKey(Algorithm, 0, seed, (nuint)seed.Length)),
            context = 0;
        try
        {
            context = RequireHandle(NewContext());
            Require(BeginSign(context, 0, 0, 0, key));
            byte[] signature = new byte[SignatureBytes];
            nuint length = SignatureBytes;
            Require(Sign(context, signature, ref length, message, (nuint)message.Length));
            return signature;
        }
        finally
        {
            FreeContext(context);
            FreeKey(key);
        }
    }

    /// <summary>Whether a signature of 64 bytes is that of the message by the owner of a key of 32 bytes.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != KeyBytes || signature.Length != SignatureBytes)
            return false;
        nint key = NewPublicKey(Algorithm, 0, publicKey, (nuint)publicKey.Length),
            context = 0;
        if (key == 0)
            return false;
        try
        {
            context = RequireHandle(NewContext());
            return BeginVerify(context, 0, 0, 0, key) == 1
                && Verify(context, signature, (nuint)signature.Length, message, (nuint)message.Length) == 1;
        }
        finally
        {
            FreeContext(context);
            FreeKey(key);
        }
    }

    private static nint RequireHandle(nint handle) => handle != 0 ? handle : throw new InvalidOperationException("OpenSSL has no Ed25519.");

    private static void Require(int result)
    {
        if (result != 1)
            throw new InvalidOperationException("OpenSSL could not sign.");
    }

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_private_key")]
    private static partial nint NewPrivateKey(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_public_key")]
    private static partial nint NewPublicKey(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_get_raw_public_key")]
    private static partial int GetPublicKey(nint key, Span<byte> result, ref nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_free")]
    private static partial void FreeKey(nint key);

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_new")]
    private static partial nint NewContext();

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_free")]
    private static partial void FreeContext(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_DigestSignInit")]
    private static partial int BeginSign(nint context, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestSign")]
    private static partial int Sign(nint context, Span<byte> signature, ref nuint length, ReadOnlySpan<byte> message, nuint messageLength);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerifyInit")]
    private static partial int BeginVerify(nint context, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerify")]
    private static partial int Verify(
        nint context,
        ReadOnlySpan<byte> signature,
        nuint length,
        ReadOnlySpan<byte> message,
        nuint messageLength
    );
}
