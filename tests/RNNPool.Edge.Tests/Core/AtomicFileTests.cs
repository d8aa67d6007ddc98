using RNNPool.Edge.Core;

namespace RNNPool.Edge.Tests.Core;

public sealed class AtomicFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder = Directory.CreateTempSubdirectory("atomic-").FullName;

    private string Target => Path.Combine(_folder, "file.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_is_created_and_replaced_and_leaves_nothing_beside_it()
    {
        AtomicFile.Write(Target, "one"u8);
        AtomicFile.Write(Target, "two"u8);

        Assert.Equal("two", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_replaced_file_keeps_its_permissions_unless_others_are_given()
    {
        AtomicFile.Write(Target, "one"u8, OwnerOnly);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Target));

        AtomicFile.Write(Target, "two"u8);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Target));

        AtomicFile.Write(Target, "three"u8, OwnerOnly | UnixFileMode.GroupRead);
        Assert.Equal(OwnerOnly | UnixFileMode.GroupRead, File.GetUnixFileMode(Target));
    }

    [Fact]
    public void A_link_in_the_place_of_the_new_content_is_not_followed()
    {
        string victim = Path.Combine(_folder, "victim");
        File.WriteAllText(victim, "untouched");
        File.CreateSymbolicLink(Target + ".new", victim);

        AtomicFile.Write(Target, "secret"u8, OwnerOnly);

        Assert.Equal("untouched", File.ReadAllText(victim));
        Assert.Null(File.ResolveLinkTarget(Target, returnFinalTarget: false));
    }

    [Fact]
    public void A_failure_leaves_the_earlier_content_and_nothing_beside_it()
    {
        // A folder cannot be replaced by a file, so the rename fails after the new content was written.
        Directory.CreateDirectory(Target);
        File.WriteAllText(Path.Combine(Target, "inside"), "kept");

        Assert.ThrowsAny<Exception>(() => AtomicFile.Write(Target, "two"u8));

        Assert.Equal("kept", File.ReadAllText(Path.Combine(Target, "inside")));
        Assert.Equal([Target], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_folder_can_be_flushed_and_a_missing_one_is_no_error()
    {
        Assert.True(AtomicFile.FlushFolder(_folder));
        Assert.False(AtomicFile.FlushFolder(Path.Combine(_folder, "missing")));
    }
}
