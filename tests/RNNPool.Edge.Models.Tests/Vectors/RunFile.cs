using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Tests.Vectors;

/// <summary>What a package makes of some pictures: tests/vectors/README.md describes the file.</summary>
internal static class RunFile
{
    public static byte[] Compute(QuantizedInterpreter interpreter, IReadOnlyList<byte[]> pictures, bool withPictures, bool withOutputs)
    {
        using var file = new MemoryStream();
        Span<byte> header = stackalloc byte[64];
        header.Clear();
        "RNNR"u8.CopyTo(header);
        header[4] = 1;
        header[6] = (byte)((withPictures ? 1 : 0) | (withOutputs ? 2 : 0));
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], pictures.Count);
        interpreter.Package.Hash.CopyTo(header[16..]);
        file.Write(header);
        foreach (byte[] picture in pictures)
        {
            interpreter.Run(picture);
            if (withPictures)
                Append(file, picture);
            Span<byte> sums = new byte[8 * interpreter.Package.Layers.Count];
            for (int i = 0; i < interpreter.Package.Layers.Count; i++)
            {
                ReadOnlySpan<byte> output = OutputOf(interpreter, i);
                BinaryPrimitives.WriteInt32LittleEndian(sums[(8 * i)..], output.Length);
                BinaryPrimitives.WriteUInt32LittleEndian(sums[((8 * i) + 4)..], Crc32.HashToUInt32(output));
            }

            Append(file, sums);
            for (int i = 0; withOutputs && i < interpreter.Package.Layers.Count; i++)
                Append(file, OutputOf(interpreter, i));
            AppendResult(file, interpreter);
        }

        byte[] bytes = file.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), bytes.Length);
        return bytes;
    }

    private static ReadOnlySpan<byte> OutputOf(QuantizedInterpreter interpreter, int layer) =>
        interpreter.Map(layer).IsEmpty ? MemoryMarshal.AsBytes(interpreter.Outputs(layer)) : MemoryMarshal.AsBytes(interpreter.Map(layer));

    private static void AppendResult(MemoryStream file, QuantizedInterpreter interpreter)
    {
        Span<byte> entry = stackalloc byte[16];
        entry.Clear();
        PackageDetection[] detections = interpreter.Package.Header.IsClassifier ? [Whole(interpreter)] : interpreter.Detections.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(entry, detections.Length);
        file.Write(entry);
        foreach (PackageDetection detection in detections)
        {
            entry.Clear();
            ReadOnlySpan<ushort> fields = [detection.Score, detection.Left, detection.Top, detection.Right, detection.Bottom];
            MemoryMarshal.AsBytes(fields).CopyTo(entry);
            BinaryPrimitives.WriteInt32LittleEndian(entry[12..], detection.Anchor);
            file.Write(entry);
        }
    }

    // A classifier finds one object all over the picture; its label stands in the place of the anchor.
    private static PackageDetection Whole(QuantizedInterpreter interpreter)
    {
        MapShape input = interpreter.Package.Header.Input;
        PackageClassification found = interpreter.Classification;
        return new PackageDetection(found.Score, 0, 0, (ushort)(16 * input.Width), (ushort)(16 * input.Height), found.Label);
    }

    private static void Append(MemoryStream file, ReadOnlySpan<byte> bytes)
    {
        file.Write(bytes);
        while (file.Length % 16 != 0)
            file.WriteByte(0);
    }
}
