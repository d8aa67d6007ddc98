using RNNPool.Edge.Parts.Pir;

namespace RNNPool.Edge.Tests.Parts.Pir;

public sealed class PirOptionsTests
{
    private readonly PirOptionsValidator _validator = new();

    [Fact]
    public void The_defaults_are_allowed_with_and_without_a_pin()
    {
        Assert.True(_validator.Validate(null, new PirOptions()).Succeeded);
        Assert.True(_validator.Validate(null, new PirOptions { Pin = "GPIO23" }).Succeeded);
    }

    [Theory]
    [InlineData("", 10, 60, "Pir:Pin")]
    [InlineData("23", -1, 60, "Pir:Hold")]
    [InlineData("23", 3601, 60, "Pir:Hold")]
    [InlineData("23", 10, 601, "Pir:WarmUp")]
    public void A_wrong_setting_is_named(string pin, double hold, double warmUp, string key)
    {
        var options = new PirOptions
        {
            Pin = pin,
            Hold = TimeSpan.FromSeconds(hold),
            WarmUp = TimeSpan.FromSeconds(warmUp),
        };

        Assert.StartsWith(key, Assert.Single(_validator.Validate(null, options).Failures!), StringComparison.Ordinal);
    }
}
