using System.Diagnostics.CodeAnalysis;

namespace RNNPool.Edge.Models.Signatures;

/// <summary>A public Ed25519 key that verifies signatures of models. Its text is its 32 bytes in base64.</summary>
public sealed class ModelKey
{
    private readonly byte[] _bytes;

    private ModelKey(byte[] bytes) => _bytes = bytes;

    /// <summary>Reads the text of a key.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ModelKey? key)
    {
        byte[] bytes = new byte[Ed25519.KeyBytes];
        key = text is not null && Convert.TryFromBase64String(text, bytes, out int length) && length == bytes.Length ? new(bytes) : null;
        return key is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Convert.ToBase64String(_bytes);

    internal static ModelKey FromBytes(byte[] bytes) => new(bytes);

    internal bool Verifies(byte[] message, byte[] signature) => ModelSignature.UseOpenSsl(() => Ed25519.Verify(_bytes, message, signature));
}
