using RNNPool.Edge.Core;

namespace RNNPool.Edge.Parts;

/// <summary>The device files of all parts.</summary>
internal sealed class PartDeviceFiles(Lazy<PartsStatus> parts) : IDeviceFileSource
{
    public IEnumerable<DeviceFile> DeviceFiles => parts.Value.States.SelectMany(state => state.Part.DeviceFiles).Distinct();

    /// <summary>The GPIO chips of the machine, for parts on a line: its address is resolved to a chip only when it is opened.</summary>
    public static IReadOnlyList<DeviceFile> Chips() =>
        [.. Directory.GetFiles("/dev", "gpiochip*").Select(chip => new DeviceFile(chip, "gpio"))];
}
