using System.Globalization;
using System.Runtime.InteropServices;

namespace RNNPool.Edge.Host;

/// <summary>
/// The pages of the program and its libraries, which the kernel maps from their files. Those that only the start needed stay resident until
/// memory is scarce. Released pages stay in the file cache, and the next access maps them again.
/// </summary>
internal static partial class CodePages
{
    private const int DontNeed = 4; // MADV_DONTNEED of mman.h

    /// <summary>A mapped part of a file, whose pages are all as in the file.</summary>
    /// <param name="Start">Address of the first byte.</param>
    /// <param name="Length">Length in bytes.</param>
    /// <param name="Resident">Resident part in kilobytes.</param>
    /// <param name="File">Path of the file.</param>
    public readonly record struct Mapping(nuint Start, nuint Length, long Resident, string File);

    /// <summary>Releases the pages of this process; does nothing where /proc or madvise is missing.</summary>
    /// <returns>The resident memory of the released pages in bytes.</returns>
    public static long Release()
    {
        long released = 0;
        try
        {
            foreach (Mapping mapping in Clean(File.ReadAllLines("/proc/self/smaps"), Environment.ProcessPath))
            {
                if (Advise(mapping.Start, mapping.Length, DontNeed) == 0)
                    released += mapping.Resident * 1024;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or EntryPointNotFoundException)
        {
            // The memory stays as it is.
        }

        return released;
    }

    /// <summary>
    /// Reads which mappings can be released without a loss: read-only, without a written page (relocated data has them), and of the program
    /// or a shared library, because those stay mapped while the process lives.
    /// </summary>
    /// <param name="smaps">Lines of /proc/PID/smaps: a line per mapping, each followed by lines of figures.</param>
    /// <param name="program">Path of the program.</param>
    public static IEnumerable<Mapping> Clean(IEnumerable<string> smaps, string? program)
    {
        Mapping? current = null;
        foreach (string line in smaps)
        {
            string[] fields = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 2)
                continue;
            if (!fields[0].EndsWith(':'))
            {
                if (current is { } last)
                    yield return last;
                current = Header(fields, program);
            }
            else if (current is { } mapping && long.TryParse(fields[1], CultureInfo.InvariantCulture, out long kilobytes))
            {
                current = fields[0] switch
                {
                    "Rss:" => mapping with { Resident = kilobytes },
                    "Private_Dirty:" or "Shared_Dirty:" or "Anonymous:" or "Locked:" when kilobytes > 0 => null,
                    _ => mapping,
                };
            }
        }

        if (current is { } end)
            yield return end;
    }

    /// <summary>Reads "start-end permissions offset device inode path"; null for a mapping that must stay.</summary>
    private static Mapping? Header(string[] fields, string? program)
    {
        if (fields.Length < 6 || fields[1].Contains('w') || !fields[1].EndsWith('p'))
            return null;
        string file = fields[5];
        if (file != program && !Path.GetFileName(file.AsSpan()).Contains(".so", StringComparison.Ordinal))
            return null;
        string[] range = fields[0].Split('-');
        if (
            range.Length != 2
            || !nuint.TryParse(range[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out nuint start)
            || !nuint.TryParse(range[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out nuint end)
            || end <= start
        )
            return null;
        return new Mapping(start, end - start, 0, file);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nuint start, nuint length, int advice);
}
