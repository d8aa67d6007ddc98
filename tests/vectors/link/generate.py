"""Writes frames.txt: golden vectors of the link, read by the C and the C# tests. An implementation of its own, from docs/protocol.md.

    python3 generate.py > frames.txt
"""
import random
import struct
import zlib


def cobs(data):
    out, block = bytearray(), bytearray()
    for byte in data:
        if byte:
            block.append(byte)
        if not byte or len(block) == 254:
            out += bytes([len(block) + 1]) + block
            block.clear()
    return bytes(out + bytes([len(block) + 1]) + block + b"\0")


def frame(name, payload=b"", version=1, type=0x03, flags=0, session=0, seq=0, ack=0, credit=0, tag=0):
    head = struct.pack("<8BH", version, type, flags, session, seq, ack, credit, tag, len(payload))
    body = head + payload
    wire = cobs(body + struct.pack("<I", zlib.crc32(body)))
    fields = f"{version} {type} {flags} {session} {seq} {ack} {credit} {tag}"
    print("frame", name, fields, payload.hex() or "-", wire.hex())
    return wire


def bad(name, event, wire):
    print("bad", name, event, wire.hex())


def text(value, size):
    return value.encode().ljust(size, b"\0")


def messages():
    frame("reset", struct.pack("<IIBBH", 0x504E4E52, 0xA1B2C3D4, 1, 1, 1024), type=0x01, session=0xD4)
    hello = struct.pack("<IIBBBBHBBBBHII3HH", 0x504E4E52, 0xA1B2C3D4, 1, 2, 1, 4, 492, 4, 2, 0xFE, 7, 320, 168000000, 131072, 1, 20, 300, 0)
    frame("hello", hello + bytes(range(8)) + bytes(range(100, 112)) + text("netduinoplus2", 16), type=0x02, session=0xD4, credit=4)
    fault = struct.pack("<BBH5I", 3, 1, 2, 0x08001234, 0x08005679, 0x00010082, 0x40000000, 0x2001E010) + bytes(range(200, 208))
    frame("hello_fault", hello + bytes(range(8)) + bytes(range(100, 112)) + text("stm32f405", 16) + struct.pack("<I", 400000000) + fault,
          type=0x02, session=0xD4, credit=4)
    frame("acknowledge", type=0x03, flags=2, session=9, ack=200, credit=4)
    frame("heartbeat", struct.pack("<IHH", 123456789, 1500, 0), type=0x04, session=9)
    frame("close", type=0x05, session=9)
    frame("slot_query", bytes([1, 0, 0, 0]), type=0x10, flags=1, session=9, seq=1, ack=2, credit=16, tag=3)
    info = struct.pack("<BBHHHIII", 1, 2, 320, 240, 0, 98304, 98304, 30000) + bytes(range(32)) + text("face-qvga", 24)
    frame("slot_info", info, type=0x90, flags=1, session=9, seq=2, ack=2, credit=4, tag=3)
    frame("stats_query", type=0x11, flags=1, session=9, seq=2, ack=3, credit=16, tag=4)
    frame("stats", struct.pack("<18I", *[0x01010101 * (i + 1) for i in range(18)]), type=0x91, flags=1, session=9, seq=3, ack=3, credit=4, tag=4)
    frame("frame_begin", struct.pack("<HHHHI", 513, 320, 240, 0, 0x03020100), type=0x12, flags=1, session=9, seq=3)
    rows = struct.pack("<HBBHHHH", 513, 0, 0, 7, 12, 20, 0) + bytes(range(20))
    frame("frame_rows", rows, type=0x13, flags=1, session=9, seq=4)
    frame("frame_abort", struct.pack("<HH", 513, 0), type=0x14, flags=1, session=9, seq=5)
    frame("upload_begin", struct.pack("<B3xI", 1, 98304) + bytes(range(32)), type=0x18, flags=1, session=9, seq=6, tag=5)
    frame("upload_data", struct.pack("<B3xII", 1, 0x03020100, 4096) + bytes(16), type=0x19, flags=1, session=9, seq=7, tag=5)
    frame("upload_verify", struct.pack("<B3x", 1) + bytes(range(32)), type=0x1A, flags=1, session=9, seq=8, tag=6)
    frame("activate", struct.pack("<B3x", 1) + bytes(range(32)), type=0x1B, flags=1, session=9, seq=9, tag=7)
    frame("reboot", type=0x1C, flags=1, session=9, seq=10)
    frame("upload_state", struct.pack("<BBBxIII", 1, 9, 1, 0x03020100, 4096, 98304), type=0x98, flags=1, session=9, seq=4, tag=5)
    frame("status", struct.pack("<BBHI", 0x1B, 14, 0, 0), type=0x9F, flags=1, session=9, seq=5, tag=7)
    result = struct.pack("<HBBHHHHIQII", 513, 0, 1, 3, 1, 2, 0, 168000000, 123456789012, 30000, 2048)
    boxes = struct.pack("<hhHHHBB", -24, 40, 168, 200, 65535, 0, 0) + struct.pack("<hhHHHBB", 5000, 3800, 7, 9, 32768, 1, 0)
    frame("result", result + boxes, type=0xC0, flags=1, session=9, seq=6, tag=1)
    frame("log", struct.pack("<IB3x", 1000, 2) + "Flash is slow: 1 °C".encode(), type=0xC1, flags=1, session=9, seq=7)
    frame("fault", struct.pack("<IB3x", 1001, 4) + b"stack", type=0xC2, flags=1, session=9, seq=8)


def shapes():
    for length in (1, 235, 238, 239, 240, 241, 253, 254, 255, 492, 493):
        frame(f"zeros_{length}", bytes(length), type=0x13)
        frame(f"ones_{length}", b"\xff" * length, type=0x13)
        frame(f"mixed_{length}", bytes((i * 37 + i // 9) % 251 for i in range(length)), type=0x13)
    frame("every_byte", bytes(range(256)), version=255, type=255, flags=255, session=255, seq=255, ack=255, credit=255, tag=255)


def damaged():
    body = struct.pack("<8BH", 1, 3, 0, 9, 0, 0, 4, 0, 0)
    good = body + struct.pack("<I", zlib.crc32(body))
    bad("wrong_check", -3, cobs(good[:-1] + bytes([good[-1] ^ 1])))
    bad("wrong_version_bit", -3, cobs(bytes([good[0] ^ 2]) + good[1:]))
    bad("too_short", -2, cobs(good[:13]))
    longer = body[:8] + struct.pack("<H", 1)
    bad("length_field_too_large", -2, cobs(longer + struct.pack("<I", zlib.crc32(longer))))
    extra = body + b"x"
    bad("length_field_too_small", -2, cobs(extra + struct.pack("<I", zlib.crc32(extra))))
    bad("one_byte", -2, b"\x01\x00")
    bad("open_block", -1, b"\x05\x01\x02\x00")
    bad("open_longest_block", -1, b"\xff\x01\x00")


def median(left, up, corner):
    if corner >= max(left, up):
        return min(left, up)
    if corner <= min(left, up):
        return max(left, up)
    return left + up - corner


def code_rows(picture, width, position, pixels):
    bits = ""
    put = lambda value, count: "".join(str(value >> i & 1) for i in range(count))
    for start in range(position, position + pixels, 32):
        folded = []
        for at in range(start, min(start + 32, position + pixels)):
            row, column = divmod(at, width)
            if column == 0:
                guess = picture[at - width] if row else 128
            elif row == 0:
                guess = picture[at - 1]
            else:
                guess = median(picture[at - 1], picture[at - width], picture[at - width - 1])
            residual = (picture[at] - guess + 128) % 256 - 128
            folded.append(2 * residual if residual >= 0 else -2 * residual - 1)
        choices = [(8 * len(folded), 7, "".join(put(v, 8) for v in folded))]
        for k in range(5, -1, -1):
            code = "".join("1" * (v >> k) + "0" + put(v & (1 << k) - 1, k) if v >> k < 8 else "1" * 8 + put(v, 8) for v in folded)
            choices.append((len(code), k + 1, code))
        if not any(folded):
            choices = [(0, 0, "")]
        _, mode, code = min(choices, key=lambda c: (c[0], c[1] if c[1] < 7 else -1))
        bits += put(mode, 3) + code
    bits += "0" * (-len(bits) % 8)
    return bytes(sum(int(bit) << i for i, bit in enumerate(bits[at:at + 8])) for at in range(0, len(bits), 8))


def rows():
    generator = random.Random(4)
    smooth = [[(x * 3 + y * 5) // 4 % 256 for x in range(40)] for y in range(5)]
    noise = [[generator.randrange(256) for _ in range(33)] for _ in range(3)]
    soft = [[max(0, min(255, int(generator.gauss(120, 6)))) for _ in range(64)] for _ in range(4)]
    edge = [[0 if x < 30 else 255 for x in range(50)] for _ in range(3)]
    narrow = [[y * 40 % 256] for y in range(70)]
    for name, lines in (("smooth", smooth), ("noise", noise), ("soft", soft), ("edge", edge), ("narrow", narrow), ("blank", [[128] * 64] * 2)):
        width, picture = len(lines[0]), bytes(sum(lines, []))
        total = len(picture)
        for position, pixels in ((0, total), (width // 2, total - width // 2), (total - 1, 1)):
            print("rows", f"{name}_{position}", width, position, pixels, picture.hex(), code_rows(picture, width, position, pixels).hex())


def main():
    print("# Golden vectors of the link; written by generate.py, see docs/protocol.md.")
    print("# frame NAME version type flags session seq ack credit tag PAYLOAD WIRE")
    print("# bad NAME event WIRE     (event: -1 byte stuffing, -2 length, -3 check)")
    print("# rows NAME width position pixels PICTURE CODE")
    messages()
    shapes()
    damaged()
    rows()


if __name__ == "__main__":
    main()
