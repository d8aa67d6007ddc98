using System.Buffers.Binary;
using System.Runtime.InteropServices;
using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Tests.Vectors;

/// <summary>One layer with an input and the output that it must give: tests/vectors/README.md describes the file.</summary>
internal sealed record LayerVector(
    PackageLayer Layer,
    ReadOnlyMemory<byte> Input,
    ReadOnlyMemory<byte> Residual,
    ReadOnlyMemory<byte> Output
)
{
    private const int HeaderBytes = 64;

    /// <summary>A vector whose output is what the interpreter computes.</summary>
    public static byte[] Compute(LayerContent content, sbyte[] input, sbyte[] residual)
    {
        var runner = new LayerRunner(Read(Write(content, [], [], [])).Layer);
        runner.Run(input, residual);
        byte[] output =
            runner.Map.Length > 0 ? [.. MemoryMarshal.AsBytes<sbyte>(runner.Map)] : [.. MemoryMarshal.AsBytes<short>(runner.Outputs)];
        return Write(content, [.. MemoryMarshal.AsBytes<sbyte>(input)], [.. MemoryMarshal.AsBytes<sbyte>(residual)], output);
    }

    public static byte[] Write(LayerContent content, byte[] input, byte[] residual, byte[] output)
    {
        var bytes = new List<byte>(new byte[HeaderBytes + PackageFormat.RecordBytes]);
        Span<int> sizes = stackalloc int[PackageFormat.SectionCount];
        content.Record.GetSectionBytes(sizes);
        byte[] record = new byte[PackageFormat.RecordBytes];
        content.Record.Write(record);
        for (int s = 0; s < sizes.Length; s++)
        {
            if (sizes[s] == 0)
                continue;
            byte[] section = new byte[sizes[s]];
            PackageWriter.WriteSection(content, s, section);
            BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(72 + (8 * s)), Append(bytes, section));
            BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(76 + (8 * s)), sizes[s]);
        }

        byte[] header = new byte[HeaderBytes];
        "RNNV"u8.CopyTo(header);
        header[4] = 1;
        int at = 16;
        foreach (byte[] part in (byte[][])[input, residual, output])
        {
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(at), part.Length == 0 ? 0 : Append(bytes, part));
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(at + 4), part.Length);
            at += 8;
        }

        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), bytes.Count);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), HeaderBytes);
        byte[] file = [.. bytes];
        header.CopyTo(file, 0);
        record.CopyTo(file, HeaderBytes);
        return file;
    }

    public static LayerVector Read(byte[] file)
    {
        (int Offset, int Bytes) Range(int at) =>
            (BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at)), BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4)));
        Memory<byte> Part(int at) => file.AsMemory(Range(at).Offset, Range(at).Bytes);
        var sections = new (int, int)[PackageFormat.SectionCount];
        for (int s = 0; s < sections.Length; s++)
            sections[s] = Range(HeaderBytes + 72 + (8 * s));
        LayerRecord record = LayerRecord.Read(file.AsSpan(HeaderBytes, PackageFormat.RecordBytes));
        return new LayerVector(new PackageLayer(file, record, sections), Part(16), Part(24), Part(32));
    }

    private static int Append(List<byte> bytes, byte[] part)
    {
        int offset = bytes.Count;
        bytes.AddRange(part);
        bytes.AddRange(new byte[PackageFormat.Align(bytes.Count) - bytes.Count]);
        return offset;
    }
}
