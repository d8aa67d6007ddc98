using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Core;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Sinks.Mqtt;

public sealed class DeviceIdentityTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    private readonly TemporaryFolder _state = new();
    private readonly RecordingLogger<DeviceIdentity> _log = new();

    public void Dispose()
    {
        File.Delete(_file);
        _state.Dispose();
    }

    [Fact]
    public void Two_machines_differ_and_one_stays_the_same()
    {
        File.WriteAllText(_file, "0123456789abcdef0123456789abcdef\n");
        DeviceIdentity one = Read(_file),
            again = Read(_file);
        File.WriteAllText(_file, "0123456789abcdef0123456789abcdee\n");
        DeviceIdentity other = Read(_file);

        Assert.Equal(one, again);
        Assert.NotEqual(one, other);
        Assert.Matches("^[0-9a-f]{12}$", one.Id);
    }

    [Fact]
    public void The_machine_id_itself_is_not_given_away()
    {
        File.WriteAllText(_file, "0123456789abcdef0123456789abcdef\n");

        Assert.DoesNotContain(Read(_file).Id, "0123456789abcdef0123456789abcdef", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nonexistent/machine-id")]
    [InlineData("")]
    [InlineData("uninitialized\n")]
    public void Without_a_machine_id_the_state_folder_keeps_one(string content)
    {
        string file = content.StartsWith('/') ? content : _file;
        if (file == _file)
            File.WriteAllText(_file, content);

        DeviceIdentity one = Read(file);

        Assert.Matches("^[0-9a-f]{12}$", one.Id);
        Assert.Equal(one, Read(file));
        Assert.NotEqual(one, DeviceIdentity.Read(Folder(Path.Combine(_state.Path, "other")), _log, file));
        Assert.Empty(_log.Warnings);
    }

    [Fact]
    public void An_id_that_cannot_be_kept_is_a_warning()
    {
        string blocked = _state.File("blocked", []);

        DeviceIdentity identity = DeviceIdentity.Read(Folder(Path.Combine(blocked, "state")), _log, "/nonexistent/machine-id");

        Assert.Equal(identity.Id, Assert.Single(_log.WithId(1350)).Values["Id"]);
    }

    [Fact]
    public void The_placeholder_is_replaced() => Assert.Equal("edge/abc/x", new DeviceIdentity("abc").Expand("edge/{device}/x"));

    private DeviceIdentity Read(string file) => DeviceIdentity.Read(Folder(Path.Combine(_state.Path, "state")), _log, file);

    private static StateFolder Folder(string path) => new(path, NullLogger<StateFolder>.Instance);
}
