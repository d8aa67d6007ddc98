namespace RNNPool.Edge.Vision.Cameras.Processes;

/// <summary>Finds programs in the folders of PATH and of packages.</summary>
internal static class ProgramFinder
{
    // A service's PATH may be short; packages install to these folders.
    private static readonly string[] Usual = ["/usr/local/bin", "/usr/bin", "/bin"];

    /// <summary>The full path of the first of these programs that exists; null when none does. A name with a slash is a path.</summary>
    public static string? Find(params ReadOnlySpan<string> names)
    {
        IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(Usual);
        foreach (string name in names)
        {
            string? found = name.Contains('/')
                ? (IsProgram(name) ? name : null)
                : folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(IsProgram);
            if (found is not null)
                return found;
        }

        return null;
    }

    private static bool IsProgram(string path)
    {
        const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Execute) != 0);
    }
}
