using System.Buffers.Binary;

namespace RNNPool.Edge.Models.Packages;

/// <summary>The fields of a package's header that are not fixed by its layout.</summary>
public sealed record PackageHeader
{
    /// <summary>Name of the model.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the package classifies; otherwise it detects.</summary>
    public bool IsClassifier { get; init; }

    /// <summary>The picture: width, height and channels, one byte a value.</summary>
    public required MapShape Input { get; init; }

    /// <summary>Working memory of the streaming engine in bytes.</summary>
    public int ArenaBytes { get; init; }

    /// <summary>Anchors of all heads together.</summary>
    public int AnchorCount { get; init; }

    /// <summary>Score threshold, 65536ths.</summary>
    public int ScoreThreshold { get; init; }

    /// <summary>Most candidates that are kept before suppression.</summary>
    public int MaxCandidates { get; init; }

    /// <summary>Most detections.</summary>
    public int MaxDetections { get; init; }

    /// <summary>Intersection over union above which a box is suppressed, 65536ths.</summary>
    public int NmsIou { get; init; }

    /// <summary>Intersection over union above which a box is suppressed, 0 to 1.</summary>
    public float NmsIouShare => NmsIou / 65536f;

    /// <summary>V0: variance of box centres, 65536ths.</summary>
    public int CenterVariance { get; init; }

    /// <summary>E: variance of box sizes times log2(e), 65536ths.</summary>
    public int SizeVariance { get; init; }

    internal int LayerCount { get; init; }

    internal int LabelCount { get; init; }

    internal static PackageHeader Read(ReadOnlySpan<byte> header)
    {
        static int U16(ReadOnlySpan<byte> h, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(h[offset..]);
        return new PackageHeader
        {
            Name = PackageText.Read(header.Slice(48, 32)),
            IsClassifier = header[80] == 2,
            Input = new MapShape(U16(header, 82), U16(header, 84), header[81]),
            LayerCount = U16(header, 86),
            LabelCount = U16(header, 90),
            ArenaBytes = Clamped(header[100..]),
            AnchorCount = Clamped(header[104..]),
            ScoreThreshold = U16(header, 108),
            MaxCandidates = U16(header, 110),
            MaxDetections = U16(header, 112),
            NmsIou = Clamped(header[116..]),
            CenterVariance = Clamped(header[120..]),
            SizeVariance = Clamped(header[124..]),
        };
    }

    internal void Write(Span<byte> header, int totalLength)
    {
        void U16(Span<byte> h, int offset, int value) => BinaryPrimitives.WriteUInt16LittleEndian(h[offset..], checked((ushort)value));
        void U32(Span<byte> h, int offset, int value) => BinaryPrimitives.WriteUInt32LittleEndian(h[offset..], checked((uint)value));
        header.Clear();
        PackageFormat.Magic.CopyTo(header);
        U16(header, 4, PackageFormat.Version);
        U16(header, 6, PackageFormat.HeaderBytes);
        U32(header, 8, totalLength);
        PackageText.Write(Name, header.Slice(48, 32));
        header[80] = (byte)(IsClassifier ? 2 : 1);
        header[81] = checked((byte)Input.Channels);
        U16(header, 82, Input.Width);
        U16(header, 84, Input.Height);
        U16(header, 86, LayerCount);
        U16(header, 88, PackageFormat.RecordBytes);
        U16(header, 90, LabelCount);
        U32(header, 92, PackageFormat.HeaderBytes);
        U32(header, 96, PackageFormat.HeaderBytes + (LayerCount * PackageFormat.RecordBytes));
        U32(header, 100, ArenaBytes);
        U32(header, 104, AnchorCount);
        U16(header, 108, ScoreThreshold);
        U16(header, 110, MaxCandidates);
        U16(header, 112, MaxDetections);
        U32(header, 116, NmsIou);
        U32(header, 120, CenterVariance);
        U32(header, 124, SizeVariance);
    }

    // A value that does not fit is outside the range of every field.
    private static int Clamped(ReadOnlySpan<byte> field) => (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(field), int.MaxValue);
}
