using System.Diagnostics;
using System.Globalization;

namespace RNNPool.Edge.Vision.Tests.Cameras.Processes;

/// <summary>Looks at processes from outside.</summary>
internal static class ChildProcesses
{
    /// <summary>Whether a process runs; one that has ended and was not waited for does not.</summary>
    public static bool Runs(int id)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The command lines of this process's children.</summary>
    public static IReadOnlyList<string> CommandLines()
    {
        var lines = new List<string>();
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out _))
                continue;
            try
            {
                string stat = File.ReadAllText(Path.Combine(folder, "stat"));
                string parent = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1];
                if (parent == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
                    lines.Add(File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' '));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile.
            }
        }

        return lines;
    }

    /// <summary>Runs ffmpeg to its end.</summary>
    public static void Ffmpeg(params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo("ffmpeg", ["-v", "error", "-y", .. arguments]) { RedirectStandardError = true }
        )!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
    }
}
