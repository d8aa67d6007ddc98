using System.IO.Hashing;
using FsCheck;
using FsCheck.Fluent;
using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Tests.Peers;
using RNNPool.Edge.Testing;

namespace RNNPool.Edge.Link.Tests.Framing;

/// <summary>The C# decoder by itself, and beside the C decoder on the same bytes.</summary>
public sealed class FrameDecoderTests
{
    private const int MaxPayload = 492;

    private static byte[] Encode(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        byte[] output = new byte[FrameEncoder.MaxEncodedLength(payload.Length)];
        return output[..FrameEncoder.Encode(header with { Length = (ushort)payload.Length }, payload, output)];
    }

    private static (List<sbyte> Events, List<byte> Frames) Decode(ReadOnlySpan<byte> bytes)
    {
        var decoder = new FrameDecoder(MaxPayload);
        List<sbyte> events = [];
        List<byte> frames = [];
        byte[] header = new byte[FrameHeader.Size];
        while (!bytes.IsEmpty)
        {
            FrameEvent found = decoder.Push(ref bytes);
            if (found == FrameEvent.None)
                break;
            events.Add(
                found switch
                {
                    FrameEvent.Frame => 1,
                    FrameEvent.StuffingError => -1,
                    FrameEvent.LengthError => -2,
                    _ => -3,
                }
            );
            if (found != FrameEvent.Frame)
                continue;
            decoder.Header.Write(header);
            frames.AddRange(header);
            frames.AddRange(decoder.Payload);
            frames.AddRange(BitConverter.GetBytes(Crc32.HashToUInt32([.. header, .. decoder.Payload])));
        }

        return (events, frames);
    }

    private static void AssertSameAsC(ReadOnlySpan<byte> bytes)
    {
        (List<sbyte> events, List<byte> frames) = Decode(bytes);
        (sbyte[] eventsOfC, byte[] framesOfC) = NativePeer.DecodeFrames(bytes, MaxPayload);
        Assert.Equal(eventsOfC, events);
        Assert.Equal(framesOfC, frames);
    }

    [Fact]
    public void Any_header_and_payload_come_back()
    {
        Prop.ForAll<byte[], byte[]>(
                (numbers, payload) =>
                {
                    if (numbers.Length < 8 || payload.Length > MaxPayload)
                        return true;
                    var header = new FrameHeader(
                        numbers[0],
                        (MessageType)numbers[1],
                        (FrameMarks)numbers[2],
                        numbers[3],
                        numbers[4],
                        numbers[5],
                        numbers[6],
                        numbers[7],
                        (ushort)payload.Length
                    );
                    ReadOnlySpan<byte> wire = Encode(header, payload);
                    var decoder = new FrameDecoder(MaxPayload);
                    return decoder.Push(ref wire) == FrameEvent.Frame
                        && decoder.Header == header
                        && decoder.Payload.SequenceEqual(payload)
                        && wire.IsEmpty;
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Both_decoders_see_the_same_in_arbitrary_bytes()
    {
        Prop.ForAll<byte[]>(bytes =>
            {
                AssertSameAsC(bytes);
                return true;
            })
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Both_decoders_see_the_same_in_20000_random_and_damaged_frames()
    {
        var random = new Random(11);
        byte[] payload = new byte[MaxPayload + 20];
        int good = 0;
        for (int round = 0; round < 20_000; round++)
        {
            List<byte> bytes = [];
            for (int part = random.Next(1, 4); part > 0; part--)
            {
                int length = random.Next(4) == 0 ? random.Next(payload.Length) : random.Next(40);
                random.NextBytes(payload.AsSpan(0, length));
                for (int i = 0; i < length; i += 3)
                    payload[i] = 0;
                if (random.Next(5) == 0)
                    bytes.AddRange(payload.AsSpan(0, length));
                else
                    bytes.AddRange(
                        Encode(new FrameHeader(1, MessageType.FrameRows, default, 1, (byte)round, 2, 3, 4, 0), payload.AsSpan(0, length))
                    );
            }

            for (int damage = random.Next(4); damage > 0; damage--)
            {
                if (bytes.Count == 0)
                    bytes.Add(0);
                int at = random.Next(bytes.Count);
                if (random.Next(3) == 0)
                    bytes.RemoveAt(at);
                else if (random.Next(2) == 0)
                    bytes.Insert(at, bytes[at]);
                else
                    bytes[at] ^= (byte)(1 << random.Next(8));
            }

            byte[] all = [.. bytes];
            AssertSameAsC(all);
            good += Decode(all).Events.Count(found => found == 1);
        }

        Assert.True(good > 5_000, $"only {good} good frames: the test tests nothing");
    }

    [Fact]
    public void Decoding_and_encoding_allocate_nothing()
    {
        byte[] payload = new byte[300];
        byte[] wire = new byte[FrameEncoder.MaxEncodedLength(payload.Length)];
        var header = new FrameHeader(1, MessageType.FrameRows, FrameMarks.Reliable, 1, 2, 3, 4, 0, 300);
        var decoder = new FrameDecoder(MaxPayload);
        int frames = 0;
        int sent = 0;
        Assert.Equal(
            0,
            Allocation.Least(() =>
            {
                for (int i = 0; i < 100; i++, sent++)
                {
                    ReadOnlySpan<byte> bytes = wire.AsSpan(0, FrameEncoder.Encode(header, payload, wire));
                    if (decoder.Push(ref bytes) == FrameEvent.Frame)
                        frames++;
                }
            })
        );
        Assert.Equal(sent, frames);
    }
}
