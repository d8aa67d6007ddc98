using RNNPool.Edge.Parts.LightSensor;

namespace RNNPool.Edge.Tests.Parts.LightSensor;

public sealed class LightSensorOptionsTests
{
    private readonly LightSensorOptionsValidator _validator = new();

    [Theory]
    [InlineData(LightSensorType.Bh1750, null)]
    [InlineData(LightSensorType.Bh1750, 0x5C)]
    [InlineData(LightSensorType.Tsl2561, null)]
    [InlineData(LightSensorType.Tsl2561, 0x29)]
    [InlineData(LightSensorType.Tsl2561, 0x49)]
    public void Each_chip_has_its_addresses(LightSensorType type, int? address) =>
        Assert.True(_validator.Validate(null, new LightSensorOptions { Type = type, Address = address }).Succeeded);

    [Theory]
    [InlineData(LightSensorType.Bh1750, 0x39, 10, 20, 5, "24", "LightSensor:Address")]
    [InlineData(LightSensorType.Tsl2561, 0x23, 10, 20, 5, "24", "LightSensor:Address")]
    [InlineData(LightSensorType.Bh1750, 0x23, 0, 20, 5, "24", "LightSensor:DarkBelow")]
    [InlineData(LightSensorType.Bh1750, 0x23, 10, 10, 5, "24", "LightSensor:BrightAbove")]
    [InlineData(LightSensorType.Bh1750, 0x23, 10, 20, 0.5, "24", "LightSensor:Interval")]
    [InlineData(LightSensorType.Bh1750, 0x23, 10, 20, 5, "", "LightSensor:LampPin")]
    [InlineData((LightSensorType)7, null, 10, 20, 5, "24", "LightSensor:Type")]
    public void A_wrong_setting_is_named(
        LightSensorType type,
        int? address,
        double darkBelow,
        double brightAbove,
        double interval,
        string lamp,
        string key
    )
    {
        var options = new LightSensorOptions
        {
            Type = type,
            Address = address,
            DarkBelow = darkBelow,
            BrightAbove = brightAbove,
            Interval = TimeSpan.FromSeconds(interval),
            LampPin = lamp,
        };

        Assert.StartsWith(key, Assert.Single(_validator.Validate(null, options).Failures!), StringComparison.Ordinal);
    }
}
