using RNNPool.Edge.Sinks.Mqtt;

namespace RNNPool.Edge.Tests.Sinks.Mqtt;

public sealed class DeviceIdentityTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Two_machines_differ_and_one_stays_the_same()
    {
        File.WriteAllText(_file, "0123456789abcdef0123456789abcdef\n");
        DeviceIdentity one = DeviceIdentity.Read(_file),
            again = DeviceIdentity.Read(_file);
        File.WriteAllText(_file, "0123456789abcdef0123456789abcdee\n");
        DeviceIdentity other = DeviceIdentity.Read(_file);

        Assert.Equal(one, again);
        Assert.NotEqual(one, other);
        Assert.Matches("^[0-9a-f]{12}$", one.Id);
    }

    [Fact]
    public void The_machine_id_itself_is_not_given_away()
    {
        File.WriteAllText(_file, "0123456789abcdef0123456789abcdef\n");

        Assert.DoesNotContain(DeviceIdentity.Read(_file).Id, "0123456789abcdef0123456789abcdef", StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_machine_id_the_host_name_serves() =>
        Assert.Matches("^[0-9a-f]{12}$", DeviceIdentity.Read("/nonexistent/machine-id").Id);

    [Fact]
    public void The_placeholder_is_replaced() => Assert.Equal("edge/abc/x", new DeviceIdentity("abc").Expand("edge/{device}/x"));
}
