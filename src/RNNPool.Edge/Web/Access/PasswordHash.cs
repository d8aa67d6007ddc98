using System.Security.Cryptography;
using System.Text;

namespace RNNPool.Edge.Web.Access;

/// <summary>PBKDF2 with HMAC-SHA256, with the number of rounds of OWASP's password storage cheat sheet (2023).</summary>
internal static class PasswordHash
{
    /// <summary>Rounds of a new password.</summary>
    public const int Iterations = 600_000;

    /// <summary>Most rounds that a file may require.</summary>
    public const int MaxIterations = 10_000_000;

    /// <summary>Shortest and longest password in characters.</summary>
    public const int MinLength = 10,
        MaxLength = 256;

    private const int SaltBytes = 16,
        HashBytes = 32;

    /// <summary>Why this cannot be a password, as a sentence; null when it can.</summary>
    public static string? Validate(string password) =>
        password.Length is < MinLength or > MaxLength
            ? $"The password has {password.Length} characters; it must have from {MinLength} to {MaxLength}."
            : null;

    public static StoredPassword Create(string password)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new StoredPassword(Iterations, salt, Derive(password, salt, Iterations, HashBytes));
    }

    public static bool Verify(string password, StoredPassword stored) =>
        CryptographicOperations.FixedTimeEquals(Derive(password, stored.Salt, stored.Iterations, stored.Hash.Length), stored.Hash);

    private static byte[] Derive(string password, byte[] salt, int iterations, int length) =>
        Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(password.Normalize(NormalizationForm.FormC)),
            salt,
            iterations,
            HashAlgorithmName.SHA256,
            length
        );
}
