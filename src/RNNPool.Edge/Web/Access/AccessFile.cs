using System.Text.Json;
using System.Text.Json.Serialization;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Web.Access;

/// <summary>A stored password, from which the password cannot be derived.</summary>
/// <param name="Iterations">Rounds of PBKDF2 with HMAC-SHA256.</param>
/// <param name="Salt">Random bytes.</param>
/// <param name="Hash">Result of the rounds over password and salt.</param>
internal sealed record StoredPassword(int Iterations, byte[] Salt, byte[] Hash);

/// <summary>A stored API token.</summary>
/// <param name="Id">Identity by which it is deleted.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Created">When it was created (UTC).</param>
/// <param name="Hash">SHA-256 of the token, in hexadecimal.</param>
internal sealed record StoredToken(string Id, string Name, DateTime Created, string Hash);

/// <summary>The content of the file.</summary>
/// <param name="Password">The password; null when none is set.</param>
/// <param name="Tokens">The API tokens, oldest first.</param>
/// <param name="IsForSetup">Whether the password is a generated one that is valid until the device is set up.</param>
/// <param name="PictureKey">The key of <see cref="SignedPictures"/>; null while no address is valid.</param>
internal sealed record StoredAccess(
    StoredPassword? Password,
    IReadOnlyList<StoredToken> Tokens,
    bool IsForSetup = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] byte[]? PictureKey = null
)
{
    /// <summary>Length of <see cref="PictureKey"/> in bytes.</summary>
    public const int PictureKeyLength = 32;

    /// <summary>No password and no tokens.</summary>
    public static StoredAccess None { get; } = new(null, []);

    /// <summary>With another password, or none.</summary>
    /// <param name="password">The password; null for none.</param>
    /// <param name="keepTokens">
    /// Whether the tokens and the signed addresses stay valid. A change of the password ends them: a caller who knew it could have created
    /// one. The first password does not.
    /// </param>
    public StoredAccess Change(StoredPassword? password, bool keepTokens) =>
        keepTokens || Password is null ? new(password, Tokens, PictureKey: PictureKey) : new(password, []);
}

/// <summary>
/// The file of the password, the tokens and the key of signed addresses. Password and tokens are stored as hashes. Its owner alone may read
/// it, and it is replaced atomically.
/// </summary>
internal sealed class AccessFile(StateFolder folder)
{
    public const string FileName = "web-access.json";
    private const int MaxBytes = 64 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Why the file cannot be written, as a sentence; null when it can.</summary>
    public string? Failure => folder.Failure;

    /// <summary>Changes with the content of the file, which is replaced as a whole.</summary>
    public (DateTime Written, long Length) Stamp
    {
        get
        {
            var file = new FileInfo(Path);
            return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
        }
    }

    public string Path => System.IO.Path.Combine(folder.Path, FileName);

    /// <summary>Reads the file; <see cref="StoredAccess.None"/> when there is none.</summary>
    /// <exception cref="InvalidDataException">The file exists and cannot be used; the message is a sentence.</exception>
    public StoredAccess Read()
    {
        try
        {
            if (!File.Exists(Path))
                return StoredAccess.None;
            if (new FileInfo(Path).Length > MaxBytes)
                throw new JsonException("it is too long");
            if ((File.GetUnixFileMode(Path) & ~OwnerOnly) != 0)
                File.SetUnixFileMode(Path, OwnerOnly);
            StoredAccess access = JsonSerializer.Deserialize(File.ReadAllBytes(Path), AccessJson.Default.StoredAccess)
                ?? throw new JsonException("it is empty");
            return
                access.Password is null or { Iterations: > 0 and <= PasswordHash.MaxIterations, Salt.Length: >= 8, Hash.Length: >= 16 }
                && access.PictureKey is null or { Length: StoredAccess.PictureKeyLength }
                ? access
                : throw new JsonException("a value is out of range");
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException(
                $"{Path} cannot be used ({exception.Message.TrimEnd('.')}); all sign-ins are refused. "
                    + "'rnnpool-edge password set' on the device replaces the file.",
                exception
            );
        }
    }

    /// <summary>Writes the file.</summary>
    /// <exception cref="IOException">The file cannot be written; the message is a sentence.</exception>
    public void Write(StoredAccess access)
    {
        if (folder.Failure is { } failure)
            throw new IOException(failure);
        try
        {
            AtomicFile.Write(Path, JsonSerializer.SerializeToUtf8Bytes(access, AccessJson.Default.StoredAccess), OwnerOnly);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{Path} cannot be written: {exception.Message}", exception);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true
)]
[JsonSerializable(typeof(StoredAccess))]
internal sealed partial class AccessJson : JsonSerializerContext;
