using Microsoft.Extensions.Options;
using RNNPool.Edge.Configuration;

namespace RNNPool.Edge.Gpio;

/// <summary>An output pin that is on while something is there. Section <c>Gpio</c>. Nothing is driven while <see cref="Pin"/> is not set.</summary>
public sealed class GpioOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Gpio";

    /// <summary>Line of the chip; on a Raspberry Pi this is the BCM number. 0 to 1023; default: not set, which switches the pin off.</summary>
    public int? Pin { get; set; }

    /// <summary>
    /// The chip by label (<c>pinctrl-bcm2711</c>), name (<c>gpiochip0</c>) or number. Default: not set, which takes the chip whose label begins
    /// with <c>pinctrl-</c> (the header of a Raspberry Pi), or else the first one.
    /// </summary>
    public string? Chip { get; set; }

    /// <summary>Whether the pin is low while something is there. Default false.</summary>
    public bool ActiveLow { get; set; }

    /// <summary>Whether to only say in the log what the pin would do. Default false; a machine without any GPIO chip does so by itself.</summary>
    public bool Simulated { get; set; }
}

internal sealed class GpioOptionsValidator : IValidateOptions<GpioOptions>
{
    public ValidateOptionsResult Validate(string? name, GpioOptions options)
    {
        var rules = new SettingRules(GpioOptions.SectionName);
        if (options.Pin is { } pin) rules.Range(nameof(options.Pin), pin, 0, 1023);
        return rules
            .Check(nameof(options.Chip), options.Chip, string.IsNullOrEmpty(options.Chip) || (options.Chip.Length <= 64 && !options.Chip.Any(char.IsControl)), "it must be the label, the name or the number of a GPIO chip")
            .Result();
    }
}
