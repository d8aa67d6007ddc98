using RNNPool.Edge.Host;
using Xunit;

namespace RNNPool.Edge.Tests.Host;

public class CodePagesTests
{
    private const string Clean = """
        Size: 4 kB
        Rss: 8 kB
        Shared_Clean: 0 kB
        Shared_Dirty: 0 kB
        Private_Clean: 8 kB
        Private_Dirty: 0 kB
        Anonymous: 0 kB
        Locked: 0 kB
        VmFlags: rd ex mr mw me sd
        """;

    [Theory]
    [InlineData("r-xp 00000000 fe:00 42 /usr/lib/device/program", true)] // code
    [InlineData("r--p 00001000 fe:00 42 /usr/lib/device/program", true)]
    [InlineData("r-xp 00000000 fe:00 43 /usr/lib/libc.so.6", true)]
    [InlineData("rw-p 00002000 fe:00 42 /usr/lib/device/program", false)] // a page may be written at any time
    [InlineData("r--s 00000000 fe:00 44 /usr/lib/shared.so", false)] // of other processes as well
    [InlineData("r--p 00000000 fe:00 45 /var/lib/device/journal.db", false)] // may be unmapped while the process lives
    [InlineData("r--p 00000000 00:00 0 ", false)] // has no file
    [InlineData("r-xp 00000000 00:00 0 [vdso]", false)]
    public void Only_read_only_code_and_data_of_the_program_are_released(string header, bool released)
    {
        CodePages.Mapping[] mappings = [.. Read($"1000-3000 {header}", Clean)];

        Assert.Equal(released ? [new CodePages.Mapping(0x1000, 0x2000, 8, header.Split(' ')[^1])] : [], mappings);
    }

    [Theory]
    [InlineData("Private_Dirty: 0 kB", "Private_Dirty: 4 kB")] // relocations: the file does not hold them
    [InlineData("Shared_Dirty: 0 kB", "Shared_Dirty: 4 kB")]
    [InlineData("Anonymous: 0 kB", "Anonymous: 4 kB")]
    [InlineData("Locked: 0 kB", "Locked: 8 kB")]
    public void A_mapping_with_a_written_page_stays(string clean, string written) =>
        Assert.Equal(
            ["/usr/lib/b.so"],
            Read("1000-3000 r--p 00000000 fe:00 42 /usr/lib/a.so", Clean.Replace(clean, written, StringComparison.Ordinal))
                .Concat(Read("5000-6000 r--p 00000000 fe:00 43 /usr/lib/b.so", Clean))
                .Select(mapping => mapping.File)
        );

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("1000 r-xp 00000000 fe:00 42 /usr/lib/a.so")]
    [InlineData("3000-1000 r-xp 00000000 fe:00 42 /usr/lib/a.so")]
    [InlineData("x-y r-xp 00000000 fe:00 42 /usr/lib/a.so")]
    public void An_unknown_line_releases_nothing(string header) => Assert.Empty(Read(header, Clean));

    [Fact]
    public void Released_pages_leave_the_resident_memory_and_are_read_again()
    {
        long before = Resident();

        long released = CodePages.Release();

        Assert.True(released > 1_000_000, $"{released} bytes were released.");
        Assert.True(Resident() < before, $"{Resident()} kB are resident, {before} kB before.");
        Assert.NotEmpty(Environment.MachineName);
    }

    private static long Resident() =>
        CodePages.Clean(File.ReadAllLines("/proc/self/smaps"), Environment.ProcessPath).Sum(mapping => mapping.Resident);

    private static IEnumerable<CodePages.Mapping> Read(string header, string figures) =>
        CodePages.Clean([header, .. figures.Split('\n')], "/usr/lib/device/program");
}
