using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace RNNPool.Edge.Web.Stream;

/// <summary>A server-sent event as it is written to the connection.</summary>
/// <param name="Name">Its name, such as <c>state</c>.</param>
/// <param name="Bytes">Its text in UTF-8, with the empty line at the end.</param>
internal sealed record StreamMessage(string Name, byte[] Bytes)
{
    public const string State = "state",
        Event = "event",
        Gap = "gap",
        Log = "log",
        Sample = "sample",
        Detections = "detections",
        Upload = "upload",
        Refusal = "refusal";

    /// <summary>Name of the camera whose subscribers receive it; null for all subscribers.</summary>
    public string? Camera { get; init; }

    /// <summary>Serializes a message.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its data.</param>
    /// <param name="type">How the data is written.</param>
    /// <param name="id">The position from which a subscriber resumes; null leaves the last one in force.</param>
    public static StreamMessage Create<T>(string name, T value, JsonTypeInfo<T> type, EventPosition? id = null)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        if (id is { } position)
            buffer.Write(Encoding.UTF8.GetBytes($"id: {position}\n"));
        buffer.Write(Encoding.UTF8.GetBytes($"event: {name}\ndata: "));
        using (var writer = new Utf8JsonWriter(buffer))
            JsonSerializer.Serialize(writer, value, type);
        buffer.Write("\n\n"u8);
        return new StreamMessage(name, buffer.WrittenSpan.ToArray());
    }

    /// <summary>A message whose JSON exists already.</summary>
    public static StreamMessage CreateRaw(string name, string json, EventPosition id) =>
        new(name, Encoding.UTF8.GetBytes($"id: {id}\nevent: {name}\ndata: {json}\n\n"));

    /// <summary>Sets the position from which the subscriber resumes, without a message.</summary>
    public static StreamMessage CreatePosition(EventPosition id) => new("", Encoding.UTF8.GetBytes($"id: {id}\n\n"));
}
