using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Core;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Core;

public sealed class StateFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("state-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("/var/lib/rnnpool-edge", "/x", "/home/pi", "/var/lib/rnnpool-edge")]
    [InlineData("/var/lib/rnnpool-edge:/var/lib/other", null, "/home/pi", "/var/lib/rnnpool-edge")]
    [InlineData("", "/home/pi/state", "/home/pi", "/home/pi/state/rnnpool-edge")]
    [InlineData(null, null, "/home/pi", "/home/pi/.local/state/rnnpool-edge")]
    [InlineData(null, "not/absolute", "/home/pi", "/home/pi/.local/state/rnnpool-edge")]
    [InlineData(null, null, "", "/.local/state/rnnpool-edge")]
    public void The_environment_says_where_state_belongs(string? unit, string? user, string home, string expected)
    {
        string path = StateFolder.Default(
            name =>
                name switch
                {
                    "STATE_DIRECTORY" => unit,
                    "XDG_STATE_HOME" => user,
                    _ => null,
                },
            home
        );

        Assert.Equal(expected, path);
    }

    [Fact]
    public void It_is_made_on_first_use_for_its_owner_alone()
    {
        var state = new StateFolder(Path.Combine(_folder, "a/b"), NullLogger<StateFolder>.Instance);
        Assert.False(Directory.Exists(state.Path));

        Assert.Equal(Path.Combine(_folder, "a/b/journal.db"), state.File("journal.db"));

        Assert.True(state.IsUsable);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(state.Path));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_told_once()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        var logger = new RecordingLogger<StateFolder>();
        var state = new StateFolder(Path.Combine(file, "below"), logger);

        Assert.NotEmpty(state.File("journal.db"));
        Assert.False(state.IsUsable);

        Assert.Contains(state.Path, state.Failure, StringComparison.Ordinal);
        Assert.Single(logger.Warnings);
    }

    [Fact]
    public void A_folder_of_a_read_only_file_system_cannot_be_written()
    {
        // Even root cannot write to this file system.
        var state = new StateFolder("/proc", NullLogger<StateFolder>.Instance);

        Assert.False(state.IsUsable);
        Assert.Contains("/proc", state.Failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("../x")]
    public void A_file_is_in_the_folder_itself(string name) =>
        Assert.Throws<ArgumentException>(() => new StateFolder(_folder, NullLogger<StateFolder>.Instance).File(name));
}
