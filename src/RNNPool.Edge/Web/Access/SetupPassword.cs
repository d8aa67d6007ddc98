using System.Security.Cryptography;

namespace RNNPool.Edge.Web.Access;

/// <summary>Generates one-time passwords, with which a device without a keyboard is set up from another machine.</summary>
internal static class SetupPassword
{
    /// <summary>Without characters that look alike in print. 15 of 31 characters have 74 bits.</summary>
    private const string Characters = "abcdefghjkmnpqrstuvwxyz23456789";

    private const int GroupLength = 5,
        Groups = 3;

    /// <summary>A random password of three groups, such as <c>k7m2x-9xqd4-hpzt8</c>.</summary>
    public static string Generate() =>
        string.Join('-', Enumerable.Range(0, Groups).Select(_ => RandomNumberGenerator.GetString(Characters, GroupLength)));
}
