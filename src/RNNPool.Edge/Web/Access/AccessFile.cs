using System.Text.Json;
using System.Text.Json.Serialization;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Web.Access;

/// <summary>A password as it is kept: nobody can read it back.</summary>
/// <param name="Iterations">Rounds of PBKDF2 with HMAC-SHA256.</param>
/// <param name="Salt">Random bytes.</param>
/// <param name="Hash">What the rounds made of password and salt.</param>
internal sealed record StoredPassword(int Iterations, byte[] Salt, byte[] Hash);

/// <summary>An API token as it is kept.</summary>
/// <param name="Id">What it is deleted by.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Created">When it was made (UTC).</param>
/// <param name="Hash">SHA-256 of the token, in hexadecimal.</param>
internal sealed record StoredToken(string Id, string Name, DateTime Created, string Hash);

/// <summary>Who may use the page and the API.</summary>
internal sealed record StoredAccess(StoredPassword? Password, IReadOnlyList<StoredToken> Tokens)
{
    /// <summary>Nobody but this machine.</summary>
    public static StoredAccess None { get; } = new(null, []);
}

/// <summary>Where the password and the tokens are kept, as hashes: a file that only its owner may read, and that is there whole or as it was before.</summary>
internal sealed class AccessFile(StateFolder folder)
{
    public const string FileName = "web-access.json";
    private const int MaxBytes = 64 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Why nothing can be kept, as a sentence; null when it can.</summary>
    public string? Failure => folder.Failure;

    /// <summary>Tells one content of the file from another without reading it; the file is replaced as a whole.</summary>
    public (DateTime Written, long Length) Stamp
    {
        get
        {
            var file = new FileInfo(Path);
            return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
        }
    }

    public string Path => System.IO.Path.Combine(folder.Path, FileName);

    /// <summary>What is kept; <see cref="StoredAccess.None"/> when nothing is.</summary>
    /// <exception cref="InvalidDataException">The file is there and cannot be used; the message is a sentence.</exception>
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
            return access.Password is null or { Iterations: > 0 and <= PasswordHash.MaxIterations, Salt.Length: >= 8, Hash.Length: >= 16 }
                ? access
                : throw new JsonException("a value is out of range");
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException(
                $"{Path} cannot be used ({exception.Message.TrimEnd('.')}); nobody can sign in. 'rnnpool-edge password set' on the device makes a new one.",
                exception
            );
        }
    }

    /// <summary>Keeps it.</summary>
    /// <exception cref="IOException">It cannot be kept; the message is a sentence.</exception>
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
