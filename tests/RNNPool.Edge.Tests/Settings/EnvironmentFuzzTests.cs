using RNNPool.Edge.Host;
using RNNPool.Edge.Settings;

namespace RNNPool.Edge.Tests.Settings;

/// <summary>
/// Every setting as an environment variable with wrong values, and variables that are no settings. The environment belongs to the
/// process, so that no other test runs meanwhile.
/// </summary>
[CollectionDefinition(nameof(EnvironmentFuzzTests), DisableParallelization = true)]
[Collection(nameof(EnvironmentFuzzTests))]
public sealed class EnvironmentFuzzTests
{
    private static readonly SettingSources Sources = new(null, [], SystemFile: false, SetUp: true);

    [Fact]
    public void A_wrong_value_is_a_failure_of_validation_that_names_the_key()
    {
        foreach (string key in DeviceHost.Settings.Schema.Keys.Keys.Select(WrongValues.Key))
        {
            foreach (string? text in WrongValues.Texts.Where(text => !string.IsNullOrEmpty(text)))
            {
                string? refusal = With(SettingsLoader.EnvironmentPrefix + key.Replace(":", "__", StringComparison.Ordinal), text);
                if (refusal is not null)
                    Assert.Contains(key.Split(':')[0], refusal, StringComparison.Ordinal);
            }
        }

        Assert.Null(WrongValues.Refusal(Sources));
    }

    [Theory]
    [InlineData("MQTT__HOTS", "MQTT:HOTS")]
    [InlineData("MQTT__HOST__NAME", "MQTT:HOST")]
    [InlineData("MQTT__", "MQTT:")]
    [InlineData("GPIO__OUTPUTS__X__PIN", "GPIO:OUTPUTS:X")]
    [InlineData("GPIO__OUTPUTS__-1__PIN", "GPIO:OUTPUTS:-1")]
    [InlineData("NOTHING__AT__ALL", "NOTHING:AT:ALL")]
    public void A_variable_that_is_no_setting_is_refused_by_name(string name, string expected)
    {
        string? refusal = With(SettingsLoader.EnvironmentPrefix + name, "1");

        Assert.Contains(expected, Assert.IsType<string>(refusal), StringComparison.OrdinalIgnoreCase);
    }

    /// <returns>Why the settings are refused with this variable; null when they are not.</returns>
    private static string? With(string name, string? value)
    {
        Environment.SetEnvironmentVariable(name, value);
        try
        {
            return WrongValues.Refusal(Sources);
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }
}
