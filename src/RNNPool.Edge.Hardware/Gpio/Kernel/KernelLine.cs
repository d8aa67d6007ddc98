using Microsoft.Win32.SafeHandles;

namespace RNNPool.Edge.Hardware.Gpio.Kernel;

/// <summary>A line that this process holds. The kernel releases it when its descriptor is closed, also after a crash.</summary>
internal abstract class KernelLine : IDisposable
{
    /// <summary>Descriptor that becomes readable with an edge.</summary>
    public abstract SafeFileHandle Handle { get; }

    /// <summary>Sets direction, drive, resistor and edges.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="high">Level of an output, set together with the direction.</param>
    /// <returns>0, or the kernel's error.</returns>
    public abstract int Configure(LineSettings settings, bool high);

    /// <summary>Drives the line.</summary>
    /// <returns>0, or the kernel's error.</returns>
    public abstract int Write(bool high);

    /// <summary>Reads the level.</summary>
    /// <returns>0, or the kernel's error.</returns>
    public abstract int Read(out bool high);

    /// <summary>Takes one edge that the kernel has recorded; blocks when there is none.</summary>
    /// <returns>Whether the edge is rising; null after an error.</returns>
    public abstract bool? TakeEdge();

    public void Dispose() => Handle.Dispose();
}

/// <summary>Direction of a line.</summary>
internal enum LineDirection
{
    /// <summary>As it was when the line was requested.</summary>
    AsIs,
    Input,
    Output,
}

/// <summary>Settings of a line.</summary>
/// <param name="Direction">Direction.</param>
/// <param name="Drive">How an output is driven.</param>
/// <param name="Pull">Resistor.</param>
/// <param name="Edges">Whether edges of an input are recorded.</param>
internal readonly record struct LineSettings(LineDirection Direction, PinDrive Drive, PinPull Pull, bool Edges);
