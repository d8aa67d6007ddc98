using System.Reflection;

namespace RNNPool.Edge.Core;

/// <summary>The version of this program.</summary>
public static class ProductVersion
{
    /// <summary>Such as <c>0.1.0</c>, or <c>0.1.0+5fe21c0</c> when the build knows its commit.</summary>
    public static string Text { get; } = Read(typeof(ProductVersion).Assembly);

    /// <summary>The version of an assembly.</summary>
    public static string Read(Assembly assembly) =>
        Shorten(assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown");

    private static string Shorten(string version)
    {
        int plus = version.IndexOf('+', StringComparison.Ordinal);
        return plus >= 0 && version.Length > plus + 8 ? version[..(plus + 8)] : version;
    }
}
