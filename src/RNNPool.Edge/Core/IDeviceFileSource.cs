namespace RNNPool.Edge.Core;

/// <summary>A feature that uses device files; <c>doctor</c> checks their permissions.</summary>
internal interface IDeviceFileSource
{
    /// <summary>The device files that the settings name.</summary>
    IEnumerable<DeviceFile> DeviceFiles { get; }
}

/// <summary>A device file.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Group">The group that Debian gives it.</param>
internal readonly record struct DeviceFile(string Path, string Group);
