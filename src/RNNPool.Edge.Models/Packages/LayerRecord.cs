using System.Buffers.Binary;

namespace RNNPool.Edge.Models.Packages;

/// <summary>The scalar fields of a layer record, as docs/model-format.md lists them.</summary>
public sealed record LayerRecord
{
    /// <summary>Name, 1 to 23 characters.</summary>
    public required string Name { get; init; }

    /// <summary>What the layer computes.</summary>
    public required LayerOperation Operation { get; init; }

    /// <summary>Whether saturation of the output is ReLU6.</summary>
    public bool Relu6 { get; init; }

    /// <summary>Index of the layer whose input is added to the output; null without a residual.</summary>
    public int? ResidualOf { get; init; }

    /// <summary>Input cells per output cell.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Side of an RNNPool patch in cells; 0 is the whole map.</summary>
    public int Patch { get; init; }

    /// <summary>The map that is read.</summary>
    public required MapShape Input { get; init; }

    /// <summary>The map that is written.</summary>
    public required MapShape Output { get; init; }

    /// <summary>Zero point of the input, -128 to 127.</summary>
    public int InputZeroPoint { get; init; }

    /// <summary>Zero point of the output, -128 to 127.</summary>
    public int OutputZeroPoint { get; init; }

    /// <summary>Fraction bits of the class outputs of a head, or of the outputs of a dense layer.</summary>
    public int FractionBits { get; init; }

    /// <summary>Fraction bits of the box outputs of a head.</summary>
    public int BoxFractionBits { get; init; }

    /// <summary>Right shift g1 behind W1 of RNNPool.</summary>
    public int InputShift { get; init; }

    /// <summary>State size of RNN1.</summary>
    public int Hidden1 { get; init; }

    /// <summary>State size of RNN2.</summary>
    public int Hidden2 { get; init; }

    /// <summary>Class outputs of a head, backgrounds included.</summary>
    public int ClassOutputs { get; init; }

    /// <summary>Anchors per cell of a head.</summary>
    public int CellAnchors { get; init; }

    /// <summary>Index of the first anchor of a head.</summary>
    public int FirstAnchor { get; init; }

    /// <summary>Smallest class logit of a candidate, with <see cref="FractionBits"/> fraction bits.</summary>
    public int Threshold { get; init; }

    /// <summary>Scale of the input; for tools, not for engines.</summary>
    public float InputScale { get; init; }

    /// <summary>Scale of the output; for tools, not for engines.</summary>
    public float OutputScale { get; init; }

    /// <summary>Zeros on every side of the input of an RNNPool layer, in cells.</summary>
    public int PatchPadding => Patch == 0 ? 0 : (Patch - Stride) / 2;

    /// <summary>Outputs that have weights or parameters of their own; 0 where there are none.</summary>
    public int Outputs => Operation is LayerOperation.RnnPool or LayerOperation.AveragePool ? 0 : Output.Channels;

    /// <summary>Elements per output in the weights section, padding included; 0 where there is no such section.</summary>
    public int WeightElements =>
        Operation switch
        {
            LayerOperation.Conv3x3 or LayerOperation.Head => 3 * PackageFormat.Pad4(3 * Input.Channels),
            LayerOperation.Pointwise or LayerOperation.Dense => PackageFormat.Pad4(Input.Channels),
            _ => 0,
        };

    /// <summary>Multiplications by weights for one picture; RNNPool's sweeps are counted once for all patches that share them.</summary>
    public long MultiplyAdds
    {
        get
        {
            long cells = Output.Cells,
                c = Input.Channels,
                n = Output.Channels;
            switch (Operation)
            {
                case LayerOperation.Conv3x3 or LayerOperation.Head:
                    return cells * 9 * c * n;
                case LayerOperation.Pointwise or LayerOperation.Dense:
                    return cells * c * n;
                case LayerOperation.Depthwise3x3:
                    return cells * 9 * c;
                case LayerOperation.RnnPool:
                    long rows = Input.Height + (2 * PatchPadding),
                        columns = Input.Width + (2 * PatchPadding);
                    long across = Patch == 0 ? columns : Patch,
                        down = Patch == 0 ? rows : Patch;
                    long rowSweeps = rows * Output.Width,
                        columnSweeps = columns * Output.Height;
                    return (Input.Cells * c * Hidden1)
                        + (((rowSweeps * across) + (columnSweeps * down)) * Hidden1 * Hidden1)
                        + ((rowSweeps + columnSweeps) * Hidden1 * Hidden2)
                        + (2 * cells * (across + down) * Hidden2 * Hidden2);
                default:
                    return 0;
            }
        }
    }

    /// <summary>Weights, biases and gates.</summary>
    public long Parameters =>
        Operation switch
        {
            LayerOperation.Conv3x3 or LayerOperation.Head => (9L * Input.Channels * Outputs) + Outputs,
            LayerOperation.Pointwise or LayerOperation.Dense => ((long)Input.Channels * Outputs) + Outputs,
            LayerOperation.Depthwise3x3 => 10L * Outputs,
            LayerOperation.RnnPool => (Hidden1 * (Input.Channels + Hidden1 + 2L)) + (Hidden2 * (Hidden1 + Hidden2 + 2L)),
            _ => 0,
        };

    /// <summary>Bytes of every section, without the padding behind it.</summary>
    internal void GetSectionBytes(Span<int> bytes)
    {
        bytes.Clear();
        if (Operation == LayerOperation.RnnPool)
        {
            int h1 = Hidden1,
                h2 = Hidden2;
            bytes[0] = 2 * h1 * PackageFormat.Pad2(Input.Channels);
            bytes[1] = 4 * h1;
            bytes[2] = 2 * h1 * h1;
            bytes[3] = 4 * h1;
            bytes[4] = 2 * h2 * h1;
            bytes[5] = 2 * h2 * h2;
            bytes[6] = 4 * h2;
            return;
        }

        int outputs = PackageFormat.Pad2(Outputs);
        bytes[0] = Operation == LayerOperation.Depthwise3x3 ? 20 * Input.Channels : outputs * WeightElements;
        bytes[1] = Operation == LayerOperation.AveragePool ? 8 : 8 * outputs;
        bytes[2] = 8 * CellAnchors;
    }

    internal static LayerRecord Read(ReadOnlySpan<byte> record)
    {
        int U16(ReadOnlySpan<byte> r, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(r[offset..]);
        int flags = record[25],
            residual = U16(record, 46);
        return new LayerRecord
        {
            Name = PackageText.Read(record[..24]),
            Operation = (LayerOperation)record[24],
            Relu6 = (flags & 1) != 0,
            ResidualOf = (flags & 2) != 0 ? residual : null,
            Stride = record[26],
            Patch = record[27],
            Input = new MapShape(U16(record, 28), U16(record, 30), U16(record, 32)),
            Output = new MapShape(U16(record, 34), U16(record, 36), U16(record, 38)),
            InputZeroPoint = (sbyte)record[40],
            OutputZeroPoint = (sbyte)record[41],
            FractionBits = record[42],
            BoxFractionBits = record[43],
            InputShift = record[44],
            Hidden1 = U16(record, 48),
            Hidden2 = U16(record, 50),
            ClassOutputs = U16(record, 52),
            CellAnchors = U16(record, 54),
            FirstAnchor = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(record[56..]), int.MaxValue),
            Threshold = BinaryPrimitives.ReadInt32LittleEndian(record[60..]),
            InputScale = BinaryPrimitives.ReadSingleLittleEndian(record[64..]),
            OutputScale = BinaryPrimitives.ReadSingleLittleEndian(record[68..]),
        };
    }

    internal void Write(Span<byte> record)
    {
        void U16(Span<byte> r, int offset, int value) => BinaryPrimitives.WriteUInt16LittleEndian(r[offset..], checked((ushort)value));
        record.Clear();
        PackageText.Write(Name, record[..24]);
        record[24] = (byte)Operation;
        record[25] = (byte)((Relu6 ? 1 : 0) | (ResidualOf is null ? 0 : 2));
        record[26] = checked((byte)Stride);
        record[27] = checked((byte)Patch);
        U16(record, 28, Input.Width);
        U16(record, 30, Input.Height);
        U16(record, 32, Input.Channels);
        U16(record, 34, Output.Width);
        U16(record, 36, Output.Height);
        U16(record, 38, Output.Channels);
        record[40] = (byte)checked((sbyte)InputZeroPoint);
        record[41] = (byte)checked((sbyte)OutputZeroPoint);
        record[42] = checked((byte)FractionBits);
        record[43] = checked((byte)BoxFractionBits);
        record[44] = checked((byte)InputShift);
        U16(record, 46, ResidualOf ?? PackageFormat.NoResidual);
        U16(record, 48, Hidden1);
        U16(record, 50, Hidden2);
        U16(record, 52, ClassOutputs);
        U16(record, 54, CellAnchors);
        BinaryPrimitives.WriteUInt32LittleEndian(record[56..], checked((uint)FirstAnchor));
        BinaryPrimitives.WriteInt32LittleEndian(record[60..], Threshold);
        BinaryPrimitives.WriteSingleLittleEndian(record[64..], InputScale);
        BinaryPrimitives.WriteSingleLittleEndian(record[68..], OutputScale);
    }
}
