using System.Buffers.Binary;
using static RNNPool.Edge.Models.Packages.PackageFormat;

namespace RNNPool.Edge.Models.Packages;

/// <summary>Lays out a package.</summary>
public static class PackageWriter
{
    /// <summary>Writes a package and validates the result.</summary>
    /// <param name="header">The header; counts and offsets are filled in.</param>
    /// <param name="labels">The labels, 1 to 31 bytes of UTF-8 each.</param>
    /// <param name="layers">The chain.</param>
    /// <returns>The file.</returns>
    /// <exception cref="ModelException">The layers do not make a valid package.</exception>
    public static byte[] Write(PackageHeader header, IReadOnlyList<string> labels, IReadOnlyList<LayerContent> layers)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Count > MaxLayers)
            throw new ModelException($"{header.Name}: {layers.Count} layers are more than the {MaxLayers} of a package.");
        int end = HeaderBytes + (layers.Count * RecordBytes);
        int labelsAt = end;
        end += labels.Count * LabelBytes;
        var sizes = new int[layers.Count][];
        for (int i = 0; i < layers.Count; i++)
        {
            layers[i].Record.GetSectionBytes(sizes[i] = new int[SectionCount]);
            foreach (int size in sizes[i])
                end = Align(checked(end + size));
            if (end > MaxLength)
                throw new ModelException($"{header.Name}: the package would be longer than {MaxLength} bytes.");
        }

        byte[] file = new byte[end];
        (header with { LayerCount = layers.Count, LabelCount = labels.Count }).Write(file.AsSpan(0, HeaderBytes), end);
        for (int i = 0; i < labels.Count; i++)
            PackageText.Write(labels[i], file.AsSpan(labelsAt + (i * LabelBytes), LabelBytes));
        end = labelsAt + (labels.Count * LabelBytes);
        for (int i = 0; i < layers.Count; i++)
        {
            Span<byte> record = file.AsSpan(HeaderBytes + (i * RecordBytes), RecordBytes);
            layers[i].Record.Write(record);
            for (int s = 0; s < SectionCount; s++)
            {
                if (sizes[i][s] == 0)
                    continue;
                BinaryPrimitives.WriteInt32LittleEndian(record[(72 + (8 * s))..], end);
                BinaryPrimitives.WriteInt32LittleEndian(record[(76 + (8 * s))..], sizes[i][s]);
                WriteSection(layers[i], s, file.AsSpan(end, sizes[i][s]));
                end = Align(end + sizes[i][s]);
            }
        }

        Seal(file);
        ModelPackage.Parse(file, header.Name);
        return file;
    }

    /// <summary>Computes the hash of a package and stores it.</summary>
    internal static void Seal(Span<byte> file) => ModelPackage.ComputeHash(file).CopyTo(file[HashOffset..]);

    internal static void WriteSection(LayerContent layer, int section, Span<byte> target)
    {
        LayerRecord record = layer.Record;
        switch (record.Operation, section)
        {
            case (LayerOperation.RnnPool, _):
                WriteRnn(layer, section, target);
                break;
            case (LayerOperation.Depthwise3x3, 0):
                WriteTaps(layer, target);
                break;
            case (_, 0):
                WriteWeights(layer, target);
                break;
            case (_, 1):
                for (int n = 0; n < layer.Biases.Count; n++)
                {
                    BinaryPrimitives.WriteInt32LittleEndian(target[(8 * n)..], layer.Biases[n]);
                    BinaryPrimitives.WriteInt32LittleEndian(target[((8 * n) + 4)..], layer.Multipliers[n]);
                }

                break;
            default:
                for (int a = 0; a < layer.Anchors.Count; a++)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(target[(8 * a)..], checked((ushort)layer.Anchors[a].Width));
                    BinaryPrimitives.WriteUInt16LittleEndian(target[((8 * a) + 2)..], checked((ushort)layer.Anchors[a].Height));
                    BinaryPrimitives.WriteUInt16LittleEndian(target[((8 * a) + 4)..], checked((ushort)layer.Anchors[a].Backgrounds));
                }

                break;
        }
    }

    private static void WriteWeights(LayerContent layer, Span<byte> target)
    {
        LayerRecord record = layer.Record;
        bool kernel = record.Operation is LayerOperation.Conv3x3 or LayerOperation.Head;
        int elements = record.WeightElements,
            run = kernel ? 3 * record.Input.Channels : record.Input.Channels;
        int paddedRun = Pad4(run),
            count = kernel ? 3 * run : run;
        for (int n = 0; n < record.Outputs; n++)
        {
            for (int k = 0; k < count; k++)
                target[PackageLayer.WeightIndex(elements, n, (k / run * paddedRun) + (k % run))] = (byte)
                    checked((sbyte)layer.Weights[(n * count) + k]);
        }
    }

    private static void WriteTaps(LayerContent layer, Span<byte> target)
    {
        ReadOnlySpan<int> order = [0, 2, 3, 5, 6, 8, 1, 4, 7];
        for (int c = 0; c < layer.Record.Input.Channels; c++)
        {
            for (int k = 0; k < 9; k++)
                BinaryPrimitives.WriteInt16LittleEndian(target[((20 * c) + (2 * k))..], checked((short)layer.Weights[(9 * c) + order[k]]));
        }
    }

    private static void WriteRnn(LayerContent layer, int section, Span<byte> target)
    {
        RnnContent rnn = (section < 4 ? layer.Rnn1 : layer.Rnn2)
            ?? throw new InvalidOperationException("RNNPool needs the content of both cells.");
        int inputs = section < 4 ? layer.Record.Input.Channels : layer.Record.Hidden1,
            states = section < 4 ? layer.Record.Hidden1 : layer.Record.Hidden2;
        switch (section)
        {
            case 0 or 4:
                WriteMatrix(rnn.W, states, inputs, target, paired: section == 0);
                break;
            case 1:
                for (int i = 0; i < states; i++)
                    BinaryPrimitives.WriteInt32LittleEndian(target[(4 * i)..], rnn.Biases[i]);
                break;
            case 2 or 5:
                WriteMatrix(rnn.U, states, states, target, paired: false);
                break;
            default:
                for (int i = 0; i < states; i++)
                {
                    int at = 2 * ((i / 2 * 4) + (i % 2));
                    BinaryPrimitives.WriteInt16LittleEndian(target[at..], rnn.Bz[i]);
                    BinaryPrimitives.WriteInt16LittleEndian(target[(at + 4)..], rnn.Bh[i]);
                }

                break;
        }
    }

    private static void WriteMatrix(IReadOnlyList<short> matrix, int rows, int columns, Span<byte> target, bool paired)
    {
        int stride = Pad2(columns);
        for (int r = 0; r < rows; r++)
        {
            for (int k = 0; k < columns; k++)
            {
                int at = paired ? PackageLayer.RnnInputIndex(stride, r, k) : (r * stride) + k;
                BinaryPrimitives.WriteInt16LittleEndian(target[(2 * at)..], matrix[(r * columns) + k]);
            }
        }
    }
}
