namespace RNNPool.Edge.Models.Packages;

/// <summary>Sizes and limits of <c>model.rnnp</c>; docs/model-format.md is the definition.</summary>
public static class PackageFormat
{
    /// <summary>Version that this program reads and writes.</summary>
    public const int Version = 1;

    /// <summary>Bytes of the header.</summary>
    public const int HeaderBytes = 128;

    /// <summary>Bytes of a layer record.</summary>
    public const int RecordBytes = 128;

    /// <summary>Bytes of a label.</summary>
    public const int LabelBytes = 32;

    /// <summary>Every section starts at a multiple of this many bytes.</summary>
    public const int Alignment = 16;

    /// <summary>Sections of a layer.</summary>
    public const int SectionCount = 7;

    /// <summary>Longest package in bytes.</summary>
    public const int MaxLength = 16 << 20;

    /// <summary>Most values of a map.</summary>
    public const int MaxMapValues = 1 << 22;

    /// <summary>Most layers.</summary>
    public const int MaxLayers = 128;

    /// <summary>Largest width, height and channel count of a map.</summary>
    public const int MaxSide = 1024;

    /// <summary>Largest state of an RNN.</summary>
    public const int MaxHidden = 64;

    /// <summary>Largest RNNPool patch.</summary>
    public const int MaxPatch = 32;

    /// <summary>Most anchors of a cell.</summary>
    public const int MaxCellAnchors = 16;

    /// <summary>Most anchors of a network.</summary>
    public const int MaxAnchors = 65535;

    /// <summary>Most candidates that a package may ask an engine to keep.</summary>
    public const int MaxCandidates = 256;

    internal const int HashOffset = 16,
        HashBytes = 32;
    internal const int NoResidual = 0xFFFF;

    internal static ReadOnlySpan<byte> Magic => "RNNP"u8;

    internal static int Align(int offset) => (offset + Alignment - 1) & -Alignment;

    internal static int Pad2(int n) => (n + 1) & -2;

    internal static int Pad4(int n) => (n + 3) & -4;
}
