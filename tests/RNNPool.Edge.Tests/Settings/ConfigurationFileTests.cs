using RNNPool.Edge.Core;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Testing;

namespace RNNPool.Edge.Tests.Settings;

public sealed class ConfigurationFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_file_of_the_system_is_used_where_it_can_be_written()
    {
        string system = Path.Combine(_folder.Path, "config.json");

        Assert.Equal(system, ConfigurationFile.Find(system, _ => null, "/home/pi"));
    }

    // Nothing can create a file in these folders, not even root.
    [Theory]
    [InlineData("/proc/rnnpool-edge.json", null, "/home/pi", "/home/pi/.config/rnnpool-edge/config.json")]
    [InlineData("/proc/rnnpool-edge.json", "/home/pi/settings", "/home/pi", "/home/pi/settings/rnnpool-edge/config.json")]
    [InlineData("/proc/rnnpool-edge.json", "settings", "/home/pi", "/home/pi/.config/rnnpool-edge/config.json")]
    [InlineData("/proc/version", null, "/home/pi", "/proc/version")]
    public void Another_user_has_a_file_of_their_own_unless_the_one_of_the_system_can_be_read(
        string system,
        string? configHome,
        string home,
        string expected
    ) => Assert.Equal(expected, ConfigurationFile.Find(system, name => name == "XDG_CONFIG_HOME" ? configHome : null, home));

    [Fact]
    public void A_users_file_has_priority_over_one_of_the_system_that_the_user_cannot_write()
    {
        string own = Path.Combine(_folder.Path, ".config/rnnpool-edge/config.json");
        Directory.CreateDirectory(Path.GetDirectoryName(own)!);
        File.WriteAllText(own, "{}");

        Assert.Equal(own, ConfigurationFile.Find("/proc/version", _ => null, _folder.Path));
    }

    [Fact]
    public void A_named_file_may_be_missing_but_not_its_folder()
    {
        string file = Path.Combine(_folder.Path, "new.json");

        Assert.Equal(file, ConfigurationFile.FindOrCreate(file));
        CommandException missing = Assert.Throws<CommandException>(() =>
            ConfigurationFile.FindOrCreate(Path.Combine(_folder.Path, "typo", "new.json"))
        );
        CommandException folder = Assert.Throws<CommandException>(() => ConfigurationFile.FindOrCreate(_folder.Path));
        Assert.Equal((ExitCode.Configuration, ExitCode.Configuration), (missing.ExitCode, folder.ExitCode));
    }
}
