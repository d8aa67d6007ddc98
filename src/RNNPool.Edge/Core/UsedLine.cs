using RNNPool.Edge.Hardware.Gpio;

namespace RNNPool.Edge.Core;

/// <summary>A line of a GPIO chip that a setting names.</summary>
/// <param name="Key">The key of the setting.</param>
/// <param name="Pin">The address of the line, as in the settings.</param>
internal sealed record UsedLine(string Key, string Pin);

/// <summary>Finds lines that two settings name: the kernel gives a line to one of them, and the other one does not work.</summary>
internal sealed class LineCheck(IEnumerable<UsedLine> lines, IGpioChips chips) : ISettingCheck
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Sections { get; } =
    [.. lines.Select(line => line.Key.Split(':')[0]).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <inheritdoc/>
    public IEnumerable<string> FindProblems()
    {
        var locator = new PinLocator(chips);
        var taken = new Dictionary<string, UsedLine>(StringComparer.Ordinal);
        foreach (UsedLine line in lines)
        {
            string identity = Identify(locator, line);
            if (!taken.TryAdd(identity, line))
                yield return $"{line.Key} is '{SettingRules.Printable(line.Pin)}'; it must be another line, because {taken[identity].Key} "
                    + "has this one.";
        }
    }

    /// <summary>The chip and the number of the line; its address where this machine does not have it.</summary>
    private static string Identify(PinLocator locator, UsedLine line)
    {
        try
        {
            (GpioChip chip, int offset) = locator.Find(line.Key, line.Pin);
            return $"{chip.Name}:{offset}";
        }
        catch (GpioException)
        {
            return PinAddress.TryParse(line.Pin, out PinAddress address) ? $"{address.Chip}:{address.Line}" : line.Pin.Trim();
        }
    }
}

internal static class UsedLineServiceCollectionExtensions
{
    /// <summary>Registers the line that a setting names, unless the setting is empty.</summary>
    /// <param name="services">The device's services.</param>
    /// <param name="configuration">The settings.</param>
    /// <param name="key">The key of the setting.</param>
    public static IServiceCollection AddUsedLine(this IServiceCollection services, IConfiguration configuration, string key)
    {
        string? pin = configuration[key];
        return string.IsNullOrWhiteSpace(pin) ? services : services.AddSingleton(new UsedLine(key, pin));
    }
}
