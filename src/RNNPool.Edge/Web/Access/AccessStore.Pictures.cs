using System.Security.Cryptography;

namespace RNNPool.Edge.Web.Access;

/// <summary>The key of signed addresses.</summary>
/// <param name="Bytes">The key.</param>
/// <param name="Ending">Cancelled when it is no longer valid.</param>
internal sealed record PictureKey(byte[] Bytes, CancellationToken Ending);

internal sealed partial class AccessStore
{
    /// <summary>The key of signed addresses; null while none is valid.</summary>
    public PictureKey? FindPictureKey()
    {
        lock (_lock)
            return Load()?.PictureKey is { } key ? new PictureKey(key, _endings.Find(SecretEndings.NameOf(key))) : null;
    }

    /// <summary>The key of signed addresses, which is created at its first use.</summary>
    /// <param name="path">The path that is signed, for the log.</param>
    /// <param name="until">How long the address is valid, for the log.</param>
    /// <exception cref="IOException">The file cannot be written; the message is a sentence.</exception>
    public byte[] OpenPictureKey(string path, string until)
    {
        byte[] key;
        lock (_lock)
        {
            StoredAccess access = Load() ?? StoredAccess.None;
            key = access.PictureKey ?? RandomNumberGenerator.GetBytes(StoredAccess.PictureKeyLength);
            if (access.PictureKey is null)
                Save(access with { PictureKey = key });
        }

        LogSigned(path, until);
        return key;
    }

    /// <summary>Removes the key, so that all signed addresses are refused from now on.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="IOException">The file cannot be written; the message is a sentence.</exception>
    public bool RemovePictureKey()
    {
        lock (_lock)
        {
            if (Load() is not { PictureKey: not null } access)
                return false;
            Save(access with { PictureKey = null });
        }

        LogWithdrawn();
        return true;
    }
}
