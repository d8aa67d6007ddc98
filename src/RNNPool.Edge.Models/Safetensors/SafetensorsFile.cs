using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace RNNPool.Edge.Models.Safetensors;

/// <summary>
/// Float32 tensors from a safetensors file: 8 bytes with the length of a JSON header, the header, the bytes of the tensors.
/// Everything is checked before it is used; other element types are refused when they are requested.
/// </summary>
public sealed class SafetensorsFile
{
    private const long MaxFileBytes = 1L << 30;
    private const int MaxHeaderBytes = 1 << 24;

    private readonly ReadOnlyMemory<byte> _data;
    private readonly string _source;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    private SafetensorsFile(ReadOnlyMemory<byte> data, string source) => (_data, _source) = (data, source);

    /// <summary>Names of the tensors.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelException">The file cannot be read or is not a safetensors file.</exception>
    public static SafetensorsFile Load(string path)
    {
        byte[] bytes;
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > MaxFileBytes)
                throw new ModelException($"{path}: the file has {file.Length} bytes; at most {MaxFileBytes} are read.");
            bytes = new byte[file.Length];
            file.ReadExactly(bytes);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ModelException($"{path}: the weights cannot be read: {exception.Message}", exception);
        }

        return Parse(bytes, path);
    }

    /// <summary>Reads a file that is in memory.</summary>
    /// <param name="data">The bytes; they are not copied.</param>
    /// <param name="source">Name for messages.</param>
    /// <exception cref="ModelException">It is not a safetensors file.</exception>
    public static SafetensorsFile Parse(ReadOnlyMemory<byte> data, string source)
    {
        var file = new SafetensorsFile(data, source);
        if (data.Length < 8)
            throw file.Invalid($"{data.Length} bytes are too few for a safetensors file");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(data.Span);
        if (length > MaxHeaderBytes || length > (ulong)data.Length - 8)
            throw file.Invalid($"the header claims {length} bytes, which the file does not have or which is over {MaxHeaderBytes}");
        try
        {
            using JsonDocument header = JsonDocument.Parse(data.Slice(8, (int)length));
            if (header.RootElement.ValueKind != JsonValueKind.Object)
                throw file.Invalid("the header is not a JSON object");
            foreach (JsonProperty property in header.RootElement.EnumerateObject())
            {
                if (property.NameEquals("__metadata__"))
                    continue;
                file.AddEntry(property.Name, property.Value, data.Length - 8 - (int)length, 8 + (int)length);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new ModelException($"{source}: the header is not JSON: {exception.Message}", exception);
        }

        return file;
    }

    /// <summary>Copies a float32 tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">The shape that it must have.</param>
    /// <returns>The values in row-major order, all finite.</returns>
    /// <exception cref="ModelException">There is no such tensor, its type or shape differs, or a value is not finite.</exception>
    public float[] Read(string name, params ReadOnlySpan<int> shape)
    {
        if (!_entries.TryGetValue(name, out Entry? entry))
            throw Invalid($"the tensor '{name}' is missing");
        if (entry.Type != "F32")
            throw Invalid($"the tensor '{name}' has type {entry.Type}; it must be F32");
        bool fits = entry.Shape.Length == shape.Length;
        for (int i = 0; fits && i < shape.Length; i++)
            fits = entry.Shape[i] == shape[i];
        if (!fits)
            throw Invalid(
                $"the tensor '{name}' has the shape [{string.Join(", ", entry.Shape)}]; "
                    + $"the architecture needs [{string.Join(", ", shape.ToArray())}]"
            );
        float[] values = new float[entry.Bytes / 4];
        _data.Span.Slice(entry.Offset, entry.Bytes).CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        int bad = Array.FindIndex(values, value => !float.IsFinite(value));
        return bad < 0 ? values : throw Invalid($"value {bad} of the tensor '{name}' is not finite");
    }

    private void AddEntry(string name, JsonElement description, int dataBytes, int dataStart)
    {
        try
        {
            string type = description.GetProperty("dtype").GetString() ?? "";
            long[] shape = [.. description.GetProperty("shape").EnumerateArray().Select(side => side.GetInt64())];
            long[] range = [.. description.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
            if (shape.Length > 8 || shape.Any(side => side is < 0 or > int.MaxValue))
                throw Invalid($"the shape of the tensor '{name}' is invalid");
            if (range.Length != 2 || range[0] < 0 || range[1] < range[0] || range[1] > dataBytes)
                throw Invalid($"the tensor '{name}' does not lie inside the file");
            long bytes = range[1] - range[0],
                expected = 4;
            foreach (long side in shape)
                expected = Math.Min(expected * side, MaxFileBytes + 1);
            if (type == "F32" && bytes != expected)
                throw Invalid($"the tensor '{name}' has {bytes} bytes; its shape needs {expected}");
            if (!_entries.TryAdd(name, new Entry(type, [.. shape.Select(side => (int)side)], dataStart + (int)range[0], (int)bytes)))
                throw Invalid($"the tensor '{name}' occurs twice");
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ModelException($"{_source}: the description of the tensor '{name}' is invalid: {exception.Message}", exception);
        }
    }

    private ModelException Invalid(string message) => new($"{_source}: {message}.");

    private sealed record Entry(string Type, int[] Shape, int Offset, int Bytes);
}
