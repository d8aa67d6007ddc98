using RNNPool.Edge.Core;

namespace RNNPool.Edge.Parts;

/// <summary>The device files of all parts.</summary>
internal sealed class PartDeviceFiles(Lazy<PartsStatus> parts) : IDeviceFileSource
{
    public IEnumerable<DeviceFile> DeviceFiles => parts.Value.States.SelectMany(state => state.Part.DeviceFiles).Distinct();
}
