using System.Globalization;
using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Rows;

namespace RNNPool.Edge.Link.Tests.Framing;

/// <summary>The vectors of tests/vectors/link, which the firmware's tests read too.</summary>
public sealed class GoldenVectorTests
{
    private static readonly byte[] s_sequence = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private static IEnumerable<string[]> Lines(string kind) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "vectors/frames.txt"))
            .Select(line => line.Split(' '))
            .Where(fields => fields[0] == kind);

    private static byte[] Hex(string text) => text == "-" ? [] : Convert.FromHexString(text);

    private static byte[] Payload(string name) => Hex(Lines("frame").Single(fields => fields[1] == name)[10]);

    [Fact]
    public void Frames_are_encoded_and_decoded_as_the_vectors_say()
    {
        int count = 0;
        foreach (string[] fields in Lines("frame"))
        {
            byte[] numbers = [.. fields[2..10].Select(field => byte.Parse(field, CultureInfo.InvariantCulture))];
            byte[] payload = Hex(fields[10]);
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
            byte[] output = new byte[FrameEncoder.MaxEncodedLength(payload.Length)];
            int length = FrameEncoder.Encode(header, payload, output);
            Assert.Equal(fields[11], Convert.ToHexStringLower(output.AsSpan(0, length)));
            var decoder = new FrameDecoder(1024);
            ReadOnlySpan<byte> wire = Hex(fields[11]);
            Assert.Equal(FrameEvent.Frame, decoder.Push(ref wire));
            Assert.True(wire.IsEmpty);
            Assert.Equal(header, decoder.Header);
            Assert.Equal(payload, decoder.Payload.ToArray());
            count++;
        }

        Assert.True(count >= 50);
    }

    [Fact]
    public void Damaged_frames_are_told_apart()
    {
        int count = 0;
        foreach (string[] fields in Lines("bad"))
        {
            FrameEvent expected = fields[2] switch
            {
                "-1" => FrameEvent.StuffingError,
                "-2" => FrameEvent.LengthError,
                _ => FrameEvent.CheckError,
            };
            ReadOnlySpan<byte> wire = Hex(fields[3]);
            Assert.Equal(expected, new FrameDecoder(1024).Push(ref wire));
            count++;
        }

        Assert.True(count >= 8);
    }

    [Fact]
    public void Rows_are_coded_as_the_vectors_say()
    {
        int count = 0;
        foreach (string[] fields in Lines("rows"))
        {
            int[] numbers = [.. fields[2..5].Select(field => int.Parse(field, CultureInfo.InvariantCulture))];
            byte[] output = new byte[4096];
            int length = RowCode.Encode(Hex(fields[5]), numbers[0], numbers[0], numbers[1], numbers[2], output, out int coded);
            Assert.Equal(numbers[2], coded);
            Assert.Equal(fields[6], Convert.ToHexStringLower(output.AsSpan(0, length)));
            count++;
        }

        Assert.True(count >= 15);
    }

    [Fact]
    public void Messages_of_the_host_are_written_as_the_vectors_say()
    {
        byte[] bytes = new byte[64];
        new ResetMessage(0xA1B2C3D4, 1, 1, 1024).Write(bytes);
        Assert.Equal(Payload("reset"), bytes[..ResetMessage.Size]);
        new FrameBeginMessage(513, 320, 240, 0x03020100).Write(bytes);
        Assert.Equal(Payload("frame_begin"), bytes[..FrameBeginMessage.Size]);
        new FrameRowsMessage(513, RowEncoding.Raw, 7, 12, 20).Write(bytes);
        Assert.Equal(Payload("frame_rows")[..FrameRowsMessage.Size], bytes[..FrameRowsMessage.Size]);
        UploadBeginMessage.Write(bytes, 1, 98304, s_sequence);
        Assert.Equal(Payload("upload_begin"), bytes[..UploadBeginMessage.Size]);
        UploadDataMessage.Write(bytes, 1, 0x03020100, 4096);
        Assert.Equal(Payload("upload_data")[..UploadDataMessage.Size], bytes[..UploadDataMessage.Size]);
        SlotCommandMessage.Write(bytes, 1, s_sequence);
        Assert.Equal(Payload("activate"), bytes[..SlotCommandMessage.Size]);
    }

    [Fact]
    public void Messages_of_the_device_are_read_as_the_vectors_say()
    {
        DeviceHello hello = DeviceHello.Read(Payload("hello"))!;
        Assert.Equal((0xA1B2C3D4u, 1, 2, 1), (hello.Nonce, hello.VersionMin, hello.VersionMax, hello.Version));
        Assert.Equal((BootReason.Watchdog, 492, 4, 2), (hello.BootReason, hello.MaxPayload, hello.Window, hello.SlotCount));
        Assert.Equal((SlotInfo.BuiltIn, (DeviceCapabilities)7, 320), (hello.ActiveSlot, hello.Capabilities, hello.MaxWidth));
        Assert.Equal((168000000u, 131072u, new Version(1, 20, 300)), (hello.ClockHz, hello.SlotBytes, hello.FirmwareVersion));
        Assert.Equal(("0001020304050607", "6465666768696a6b6c6d6e6f", "netduinoplus2"), (hello.BuildHash, hello.DeviceId, hello.Board));
        var info = new SlotInfo(1, SlotState.Verified, 320, 240, 98304, 98304, 30000, Convert.ToHexStringLower(s_sequence), "face-qvga");
        Assert.Equal(info, SlotInfo.Read(Payload("slot_info")));
        Assert.True(UploadStateMessage.TryRead(Payload("upload_state"), out UploadStateMessage state));
        Assert.Equal(new UploadStateMessage(1, DeviceStatus.Storage, SlotState.Receiving, 0x03020100, 4096, 98304), state);
        Assert.True(StatusMessage.TryRead(Payload("status"), out StatusMessage status));
        Assert.Equal(new StatusMessage((byte)MessageType.Activate, DeviceStatus.NotVerified, 0), status);
        Assert.True(ResultMessage.TryRead(Payload("result"), out ResultMessage result));
        Assert.Equal(new ResultMessage(513, DeviceStatus.Ok, true, 3, 1, 2, 168000000, 123456789012, 30000, 2048), result);
        Assert.True(DeviceStatistics.TryRead(Payload("stats"), out DeviceStatistics statistics));
        Assert.Equal(
            (0x01010101u, 0x07070707u, 0x12121212u),
            (statistics.UptimeMilliseconds, statistics.SequenceGaps, statistics.BytesProgrammed)
        );
        Assert.Equal((0u, null), (hello.WorkLimit, hello.Fault));
        hello = DeviceHello.Read(Payload("hello_fault"))!;
        Assert.Equal(400000000u, hello.WorkLimit);
        Assert.Equal(
            new DeviceFault(3, true, 2, 0x08001234, 0x08005679, 0x00010082, 0x40000000, 0x2001E010, "c8c9cacbcccdcecf"),
            hello.Fault
        );
    }
}
