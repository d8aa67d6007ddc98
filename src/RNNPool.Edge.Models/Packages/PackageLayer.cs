using System.Runtime.InteropServices;

namespace RNNPool.Edge.Models.Packages;

/// <summary>A layer of a package: its record, and its sections where they lie in the package.</summary>
public sealed class PackageLayer
{
    private readonly ReadOnlyMemory<byte> _package;
    private readonly (int Offset, int Bytes)[] _sections;

    internal PackageLayer(ReadOnlyMemory<byte> package, LayerRecord record, (int Offset, int Bytes)[] sections)
    {
        _package = package;
        Record = record;
        _sections = sections;
    }

    /// <summary>The scalar fields.</summary>
    public LayerRecord Record { get; }

    /// <summary>Name of the layer.</summary>
    public string Name => Record.Name;

    /// <summary>Bytes of all sections.</summary>
    public int ContentBytes => _sections.Sum(s => s.Bytes);

    /// <summary>Convolution weights, packed in pairs of outputs and elements.</summary>
    public ReadOnlySpan<sbyte> Weights => MemoryMarshal.Cast<byte, sbyte>(Section(0));

    /// <summary>Taps of a depthwise convolution, ten per channel.</summary>
    public ReadOnlySpan<short> Taps => Shorts(0);

    /// <summary>Bias and multiplier, alternately, for every output.</summary>
    public ReadOnlySpan<int> Parameters => MemoryMarshal.Cast<byte, int>(Section(1));

    /// <summary>Anchors of a head: width, height (1/16 pixel), backgrounds, 0.</summary>
    public ReadOnlySpan<ushort> Anchors => MemoryMarshal.Cast<byte, ushort>(Section(2));

    /// <summary>W1 of RNNPool, packed in pairs of rows and elements.</summary>
    public ReadOnlySpan<short> W1 => Shorts(0);

    /// <summary>b1 of RNNPool.</summary>
    public ReadOnlySpan<int> B1 => MemoryMarshal.Cast<byte, int>(Section(1));

    /// <summary>U1 of RNNPool.</summary>
    public ReadOnlySpan<short> U1 => Shorts(2);

    /// <summary>Bz and Bh of RNN1, in pairs of states.</summary>
    public ReadOnlySpan<short> Gates1 => Shorts(3);

    /// <summary>W2 of RNNPool.</summary>
    public ReadOnlySpan<short> W2 => Shorts(4);

    /// <summary>U2 of RNNPool.</summary>
    public ReadOnlySpan<short> U2 => Shorts(5);

    /// <summary>Bz and Bh of RNN2, in pairs of states.</summary>
    public ReadOnlySpan<short> Gates2 => Shorts(6);

    internal ReadOnlySpan<byte> Section(int index) => _package.Span.Slice(_sections[index].Offset, _sections[index].Bytes);

    internal static int WeightIndex(int elements, int output, int element) =>
        ((output >> 1) * 2 * elements) + ((element >> 1) * 4) + ((element & 1) * 2) + (output & 1);

    internal static int RnnInputIndex(int elements, int row, int element) =>
        ((row >> 1) * 2 * elements) + ((element >> 1) * 4) + ((row & 1) * 2) + (element & 1);

    private ReadOnlySpan<short> Shorts(int index) => MemoryMarshal.Cast<byte, short>(Section(index));
}
