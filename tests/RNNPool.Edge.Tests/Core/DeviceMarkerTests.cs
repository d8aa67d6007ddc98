using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Core;
using RNNPool.Edge.Testing;

namespace RNNPool.Edge.Tests.Core;

public sealed class DeviceMarkerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_has_one_device_until_it_ends()
    {
        using (DeviceMarker first = Create())
        {
            first.Take();
            using DeviceMarker second = Create();
            var refusal = Assert.Throws<CommandException>(second.Take);
            Assert.Contains(_folder.Path, refusal.Message, StringComparison.Ordinal);
            Assert.NotNull(refusal.Hint);
        }

        using DeviceMarker third = Create();
        third.Take();
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(Path.Combine(_folder.Path, DeviceMarker.LockName))
        );
    }

    [Fact]
    public void The_mark_of_an_earlier_device_is_removed_and_the_own_one_can_be_read()
    {
        var mark = new DeviceMark("/etc/device.json", "http://127.0.0.1:8760");
        using (DeviceMarker first = Create())
        {
            first.Take();
            first.Record(new DeviceMark(null, "http://127.0.0.1:1"));
        }

        using DeviceMarker second = Create();
        second.Take();
        Assert.Null(DeviceMarker.Read(_folder.Path));

        second.Record(mark);
        Assert.Equal(mark, DeviceMarker.Read(_folder.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("""{"configuration":1}""")]
    public void A_damaged_mark_is_none(string text)
    {
        File.WriteAllText(Path.Combine(_folder.Path, DeviceMarker.FileName), text);

        Assert.Null(DeviceMarker.Read(_folder.Path));
    }

    [Fact]
    public void A_folder_that_cannot_be_used_is_not_marked()
    {
        string file = _folder.File("file", "x"u8);
        using var marker = new DeviceMarker(new StateFolder(Path.Combine(file, "state"), NullLogger<StateFolder>.Instance));

        marker.Take();
        marker.Record(new DeviceMark(null, ""));

        Assert.Equal([file], Directory.GetFileSystemEntries(_folder.Path));
    }

    private DeviceMarker Create() => new(new StateFolder(_folder.Path, NullLogger<StateFolder>.Instance));
}
