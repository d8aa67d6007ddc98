using System.Globalization;

namespace RNNPool.Edge.Core;

/// <summary>The processes of this machine, as far as this user may see them; see proc(5).</summary>
internal static class MachineProcesses
{
    /// <summary>Name of this program.</summary>
    public const string Device = "rnnpool-edge";

    private const string Root = "/proc";

    /// <summary>The ids of all processes.</summary>
    public static IEnumerable<int> List()
    {
        if (!Directory.Exists(Root))
            yield break;
        foreach (string folder in Directory.EnumerateDirectories(Root))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int process))
                yield return process;
        }
    }

    /// <summary>Name of the program, at most 15 characters; null when the process has ended.</summary>
    public static string? Name(int process) => Read(process, "comm")?.TrimEnd('\n');

    /// <summary>The command line.</summary>
    public static IReadOnlyList<string> Arguments(int process) => Read(process, "cmdline")?.TrimEnd('\0').Split('\0') ?? [];

    /// <summary>Whether a process is this program as a device, started by itself or by the .NET host.</summary>
    public static bool IsDevice(int process) => Command(process) is "run" or "demo";

    /// <summary>Whether a process is this program as a demonstration.</summary>
    public static bool IsDemo(int process) => Command(process) is "demo";

    /// <summary>The folder of a process in proc(5), which belongs to the user of the process.</summary>
    public static string Folder(int process) => Path.Combine(Root, process.ToString(CultureInfo.InvariantCulture));

    /// <summary>The targets of the open files; none when this user may not see them.</summary>
    public static IReadOnlyList<string> OpenFiles(int process)
    {
        var files = new List<string>();
        try
        {
            foreach (string link in Directory.EnumerateFileSystemEntries(Folder(process, "fd")))
            {
                if (new FileInfo(link).LinkTarget is { } target)
                    files.Add(target);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The process has ended, or belongs to another user.
        }

        return files;
    }

    /// <summary>Name of the user of an id, as in /etc/passwd; the id as text when it has none there.</summary>
    public static string UserName(uint user)
    {
        string id = user.ToString(CultureInfo.InvariantCulture);
        try
        {
            foreach (string line in File.ReadLines("/etc/passwd"))
            {
                if (line.Split(':') is [string name, _, string number, ..] && number == id)
                    return name;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The id identifies the user too.
        }

        return id;
    }

    /// <summary>The command of this program that a process runs; null when it is another program.</summary>
    private static string? Command(int process)
    {
        IReadOnlyList<string> arguments = Arguments(process);
        int program = arguments.Take(2).ToList().FindIndex(argument => Path.GetFileName(argument) is Device or Device + ".dll");
        return program < 0 ? null : arguments.ElementAtOrDefault(program + 1);
    }

    private static string? Read(int process, string file)
    {
        try
        {
            return File.ReadAllText(Folder(process, file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Folder(int process, string name) => Path.Combine(Folder(process), name);
}
