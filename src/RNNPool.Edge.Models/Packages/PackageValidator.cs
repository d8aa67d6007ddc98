using System.Buffers.Binary;
using static RNNPool.Edge.Models.Packages.PackageFormat;

namespace RNNPool.Edge.Models.Packages;

/// <summary>
/// Decides whether bytes are a package. It checks that bytes exist before it reads them, compares the position of every section with the
/// computed one, and accounts for every byte. A <see cref="ModelPackage"/> therefore needs no further checks.
/// </summary>
internal sealed partial class PackageValidator
{
    private readonly ReadOnlyMemory<byte> _data;
    private readonly string _source;

    private PackageValidator(ReadOnlyMemory<byte> data, string source) => (_data, _source) = (data, source);

    private ReadOnlySpan<byte> Bytes => _data.Span;

    public static ModelPackage Validate(ReadOnlyMemory<byte> data, string source) => new PackageValidator(data, source).Validate();

    private ModelPackage Validate()
    {
        CheckFrame();
        PackageHeader header = PackageHeader.Read(Bytes);
        CheckHeader(header);
        int end = HeaderBytes + (header.LayerCount * RecordBytes);
        Require(
            end <= Bytes.Length,
            $"the layer table of {header.LayerCount} layers ends at byte {end}, behind the end of the file at {Bytes.Length}"
        );

        string[] labels = ReadLabels(header, ref end);
        var chain = new Chain(header);
        var layers = new PackageLayer[header.LayerCount];
        for (int i = 0; i < layers.Length; i++)
        {
            LayerRecord record = ReadRecord(i);
            CheckRecord(i, record, header);
            chain.Follow(this, i, record);
            (int Offset, int Bytes)[] sections = PlaceSections(i, record, ref end);
            layers[i] = new PackageLayer(_data, record, sections);
            CheckContent(i, layers[i]);
        }

        chain.Finish(this);
        Require(end == Bytes.Length, $"the last section ends at byte {end}, but the file has {Bytes.Length}");
        CheckArena(header, layers);
        return new ModelPackage(_data, header, labels, layers);
    }

    private void CheckArena(PackageHeader header, PackageLayer[] layers)
    {
        long needed;
        try
        {
            needed = ArenaPlan.Compute([.. layers.Select(layer => layer.Record)], header.MaxCandidates).Bytes;
        }
        catch (ModelException exception)
        {
            throw new ModelException($"{_source}: {exception.Message}");
        }

        Require(header.ArenaBytes >= needed, $"the header states an arena of {header.ArenaBytes} bytes, but the engine needs {needed}");
    }

    private void CheckFrame()
    {
        Require(Bytes.Length >= HeaderBytes, $"the file has {Bytes.Length} bytes; a package has at least {HeaderBytes}");
        Require(Bytes[..4].SequenceEqual(Magic), "the file does not begin with RNNP");
        int version = U16(4);
        Require(version == PackageFormat.Version, $"the package has version {version}; this program reads version {PackageFormat.Version}");
        Require(U16(6) == HeaderBytes, $"the header has a stated length of {U16(6)} bytes instead of {HeaderBytes}");
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(Bytes[8..]);
        Require(length == Bytes.Length, $"the header states a file of {length} bytes, but the file has {Bytes.Length}");
        Require(
            length <= MaxLength && length % Alignment == 0,
            $"the length {length} is over {MaxLength} or not a multiple of {Alignment}"
        );
        Require(
            ModelPackage.ComputeHash(Bytes).AsSpan().SequenceEqual(Bytes.Slice(HashOffset, HashBytes)),
            "the SHA-256 does not fit the content: the file is damaged"
        );
    }

    private void CheckHeader(PackageHeader header)
    {
        Require(
            PackageText.IsValid(Bytes.Slice(48, 32), c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_' or '.'),
            "the name is not 1 to 31 characters of a-z, 0-9, '-', '_' and '.'"
        );
        Require(Bytes[80] is 1 or 2, $"the task is {Bytes[80]}; it must be 1 (detection) or 2 (classification)");
        Require(header.Input.Channels is 1 or 3, $"the picture has {header.Input.Channels} channels; it must have 1 or 3");
        Require(
            header.Input.Width is >= 8 and <= MaxSide && header.Input.Height is >= 8 and <= MaxSide,
            $"the picture is {header.Input}; width and height must be 8 to {MaxSide}"
        );
        CheckRange(header.LayerCount, 1, MaxLayers, "layer count");
        CheckRange(U16(88), RecordBytes, RecordBytes, "layer record size");
        bool classifier = header.IsClassifier;
        CheckRange(header.LabelCount, classifier ? 2 : 1, classifier ? 256 : 1, "label count");
        CheckRange(header.ArenaBytes, 0, int.MaxValue - 1, "arena size");
        CheckRange(header.AnchorCount, classifier ? 0 : 1, classifier ? 0 : MaxAnchors, "anchor count");
        CheckRange(header.ScoreThreshold, classifier ? 0 : 1, classifier ? 0 : 65535, "score threshold");
        CheckRange(header.MaxCandidates, classifier ? 0 : 1, classifier ? 0 : PackageFormat.MaxCandidates, "candidate count");
        CheckRange(header.MaxDetections, classifier ? 0 : 1, classifier ? 0 : header.MaxCandidates, "detection count");
        CheckRange(header.NmsIou, 0, classifier ? 0 : 65536, "suppression threshold");
        CheckRange(header.CenterVariance, classifier ? 0 : 1, classifier ? 0 : 65536, "V0");
        CheckRange(header.SizeVariance, classifier ? 0 : 1, classifier ? 0 : 65535, "E");
        Span<byte> canonical = stackalloc byte[HeaderBytes];
        header.Write(canonical, Bytes.Length);
        Bytes.Slice(HashOffset, HashBytes).CopyTo(canonical[HashOffset..]);
        int difference = Bytes[..HeaderBytes].CommonPrefixLength(canonical);
        Require(
            difference == HeaderBytes,
            $"byte {difference} of the header is {Bytes[Math.Min(difference, HeaderBytes - 1)]} "
                + $"instead of {canonical[Math.Min(difference, HeaderBytes - 1)]}"
        );
    }

    private string[] ReadLabels(PackageHeader header, ref int end)
    {
        int start = end;
        end += header.LabelCount * LabelBytes;
        Require(end <= Bytes.Length, $"the label table ends at byte {end}, behind the end of the file at {Bytes.Length}");
        var labels = new string[header.LabelCount];
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<byte> field = Bytes.Slice(start + (i * LabelBytes), LabelBytes);
            Require(PackageText.IsValid(field, c => !char.IsControl(c)), $"label {i} is not 1 to {LabelBytes - 1} bytes of text");
            labels[i] = PackageText.Read(field);
        }

        return labels;
    }

    private LayerRecord ReadRecord(int index)
    {
        ReadOnlySpan<byte> bytes = Bytes.Slice(HeaderBytes + (index * RecordBytes), RecordBytes);
        LayerRecord record = LayerRecord.Read(bytes);
        Require(
            PackageText.IsValid(bytes[..24], c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'),
            $"layer {index}: the name is not 1 to 23 characters of letters, digits, '-', '_' and '.'"
        );
        Require(float.IsFinite(record.InputScale) && record.InputScale > 0, index, record, "the input scale is not a positive number");
        Require(float.IsFinite(record.OutputScale) && record.OutputScale > 0, index, record, "the output scale is not a positive number");
        Span<byte> canonical = stackalloc byte[RecordBytes];
        record.Write(canonical);
        int difference = bytes[..72].CommonPrefixLength(canonical[..72]);
        Require(difference == 72, index, record, $"byte {difference} of the record is not what a reserved field or bit must be");
        return record;
    }

    private (int Offset, int Bytes)[] PlaceSections(int index, LayerRecord record, ref int end)
    {
        Span<int> sizes = stackalloc int[SectionCount];
        record.GetSectionBytes(sizes);
        var sections = new (int Offset, int Bytes)[SectionCount];
        for (int s = 0; s < SectionCount; s++)
        {
            int at = HeaderBytes + (index * RecordBytes) + 72 + (8 * s);
            uint offset = BinaryPrimitives.ReadUInt32LittleEndian(Bytes[at..]),
                bytes = BinaryPrimitives.ReadUInt32LittleEndian(Bytes[(at + 4)..]);
            int expected = sizes[s] == 0 ? 0 : end;
            Require(bytes == sizes[s], index, record, $"section {s} has {bytes} bytes; the shapes ask for {sizes[s]}");
            Require(offset == expected, index, record, $"section {s} is at byte {offset}; it must be at {expected}");
            if (sizes[s] == 0)
                continue;
            int next = Align(end + sizes[s]);
            Require(next <= Bytes.Length, index, record, $"section {s} ends at byte {next}, behind the end of the file at {Bytes.Length}");
            Require(
                !Bytes[(end + sizes[s])..next].ContainsAnyExcept((byte)0),
                index,
                record,
                $"the padding behind section {s} is not zero"
            );
            sections[s] = (end, sizes[s]);
            end = next;
        }

        return sections;
    }

    private int U16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(Bytes[offset..]);

    private void CheckRange(int value, int low, int high, string what) =>
        Require(
            value >= low && value <= high,
            low == high ? $"the {what} is {value}; it must be {low}" : $"the {what} is {value}; it must be {low} to {high}"
        );

    private void Require(bool condition, string message)
    {
        if (!condition)
            throw new ModelException($"{_source}: {message}.");
    }

    private void Require(bool condition, int index, LayerRecord record, string message)
    {
        if (!condition)
            throw Invalid(index, record, message);
    }

    private ModelException Invalid(int index, LayerRecord record, string message) =>
        new($"{_source}: layer {index} '{record.Name}': {message}.");
}
