using RNNPool.Edge.Parts.Button;

namespace RNNPool.Edge.Tests.Parts.Button;

public sealed class ButtonOptionsTests
{
    private readonly ButtonOptionsValidator _validator = new();

    [Fact]
    public void The_defaults_are_allowed_with_and_without_a_pin()
    {
        Assert.True(_validator.Validate(null, new ButtonOptions()).Succeeded);
        Assert.True(_validator.Validate(null, new ButtonOptions { Pin = "J8:11" }).Succeeded);
    }

    [Theory]
    [InlineData("", 2, 0.03, "Button:Pin")]
    [InlineData("a b", 2, 0.03, "Button:Pin")]
    [InlineData("4", 0.5, 0.03, "Button:LongPress")]
    [InlineData("4", 61, 0.03, "Button:LongPress")]
    [InlineData("4", 2, 0.6, "Button:Debounce")]
    public void A_wrong_setting_is_named(string pin, double longPress, double debounce, string key)
    {
        var options = new ButtonOptions
        {
            Pin = pin,
            LongPress = TimeSpan.FromSeconds(longPress),
            Debounce = TimeSpan.FromSeconds(debounce),
        };

        Assert.StartsWith(key, Assert.Single(_validator.Validate(null, options).Failures!), StringComparison.Ordinal);
    }
}
