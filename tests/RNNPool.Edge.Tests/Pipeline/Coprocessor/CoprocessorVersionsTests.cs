using System.Text;
using System.Text.Json;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Testing;

namespace RNNPool.Edge.Tests.Pipeline.Coprocessor;

/// <summary>Which firmware and model a coprocessor has, and which this machine has for it.</summary>
public sealed class CoprocessorVersionsTests : IDisposable
{
    private static readonly string Hash = new string('a', 12) + new string('b', 52);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("0.2.0", "0.2.0")]
    [InlineData("0.3.1", "0.3.1")]
    [InlineData("0.1.9", "0.2.0")]
    [InlineData("newest", null)]
    [InlineData(null, null)]
    public void The_newest_firmware_is_that_of_the_package_or_the_boards_own(string? carried, string? latest)
    {
        _folder.File("rnnp-firmware-stm32f405-face-qvga.elf", []);
        if (carried is not null)
            _folder.File(CarriedFirmware.VersionFile, Encoding.UTF8.GetBytes(carried + "\n"));

        JsonElement firmware = Versions("stm32f405").GetProperty("firmware");

        Assert.Equal("0.2.0", firmware.GetProperty("installed_version").GetString());
        Assert.Equal(latest, firmware.TryGetProperty("latest_version", out JsonElement version) ? version.GetString() : null);
    }

    [Theory]
    [InlineData("pico2")]
    [InlineData("stm32")]
    [InlineData("*")]
    [InlineData("../x")]
    [InlineData("")]
    public void There_is_no_newest_firmware_for_a_board_without_an_image(string board)
    {
        _folder.File("rnnp-firmware-stm32f405-face-qvga.elf", []);
        _folder.File(CarriedFirmware.VersionFile, "0.3.0"u8);

        Assert.False(Versions(board).GetProperty("firmware").TryGetProperty("latest_version", out _));
    }

    [Fact]
    public void The_model_of_the_machine_is_the_newest_one()
    {
        JsonElement model = Versions("pico2").GetProperty("model");

        Assert.Equal("face-qvga aaaaaaaaaaaa", model.GetProperty("installed_version").GetString());
        Assert.Equal("face-qvga cccccccccccc", model.GetProperty("latest_version").GetString());
    }

    [Fact]
    public void Without_a_connection_no_version_is_known()
    {
        JsonElement versions = Read(null);

        Assert.All(versions.EnumerateObject(), part => Assert.Empty(part.Value.EnumerateObject()));
        Assert.Equal(["firmware", "model"], versions.EnumerateObject().Select(part => part.Name));
    }

    private JsonElement Versions(string board) =>
        Read(
            new CoprocessorInfo(
                new DeviceHello
                {
                    Board = board,
                    FirmwareVersion = new Version(0, 2, 0),
                    ActiveSlot = 1,
                },
                [new SlotInfo(1, SlotState.Active, 320, 240, 1000, 1000, 1000, Hash, "face-qvga")]
            )
        );

    private JsonElement Read(CoprocessorInfo? info) =>
        JsonDocument.Parse(CoprocessorReportSource.Versions(info, "face-qvga cccccccccccc", new CarriedFirmware(_folder.Path))).RootElement;
}
