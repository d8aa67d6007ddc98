namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>The firmware images that came with the program.</summary>
/// <param name="folders">Folders in which they may be, the preferred one first.</param>
internal sealed class CarriedFirmware(params IReadOnlyList<string> folders)
{
    /// <summary>The file with the version of all images.</summary>
    public const string VersionFile = "VERSION";

    /// <summary>Those beside the program and those of the package.</summary>
    public static CarriedFirmware Default { get; } =
        new(Path.Combine(AppContext.BaseDirectory, "firmware"), "/usr/share/rnnpool-edge/firmware");

    /// <summary>The version of the image for a board.</summary>
    /// <param name="board">Name of the board.</param>
    /// <returns>Null when there is no image for it.</returns>
    public Version? FindVersion(string board)
    {
        // The name comes from the board, and becomes a part of a pattern.
        if (board.Length == 0 || board.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '-'))
            return null;
        foreach (string folder in folders)
        {
            try
            {
                string file = Path.Combine(folder, VersionFile);
                if (File.Exists(file) && Directory.EnumerateFiles(folder, $"rnnp-firmware-{board}-*").Any())
                    return Version.TryParse(File.ReadAllText(file).Trim(), out Version? version) ? version : null;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It is as if there were no image.
            }
        }

        return null;
    }
}
