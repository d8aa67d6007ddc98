"""A host for the firmware in a test: one session, one frame, its result; with --upload the model goes over the line first.

Speaks docs/protocol.md without row coding. Usage: link_peer.py SOCKET PACKAGE RUN PICTURES INDEX [--upload SLOT]
"""
import hashlib
import json
import select
import socket
import struct
import sys
import time
import zlib

MAGIC = 0x504E4E52
RESET, HELLO, ACK, HEARTBEAT, FRAME_BEGIN, FRAME_ROWS = 0x01, 0x02, 0x03, 0x04, 0x12, 0x13
UPLOAD_BEGIN, UPLOAD_DATA, UPLOAD_VERIFY, ACTIVATE = 0x18, 0x19, 0x1A, 0x1B
UPLOAD_STATE, STATUS, RESULT = 0x98, 0x9F, 0xC0
HEAD = 12  # bytes of FRAME_ROWS and UPLOAD_DATA before the data
RELIABLE, NAK = 1, 2
HEADER = struct.Struct("<8BH")


def cobs(data):
    out, block = bytearray(), bytearray()
    for byte in data:
        if byte:
            block.append(byte)
        if not byte or len(block) == 254:
            out += bytes([len(block) + 1]) + block
            block = bytearray()
    return bytes(out + bytes([len(block) + 1]) + block + b"\0")


def uncobs(data):
    out, at = bytearray(), 0
    while at < len(data):
        code = data[at]
        out += data[at + 1:at + code]
        at += code
        if code != 255 and at < len(data):
            out.append(0)
    return bytes(out)


class Peer:
    def __init__(self, line):
        self.line, self.nonce = line, 0x12345601
        self.pending, self.sent = b"", []  # sent: (seq, frame) without acknowledgement
        self.seq = self.expected = self.credit = 0
        self.last_heartbeat = self.last_progress = time.monotonic()
        self.last_resend = 0.0
        self.messages = []

    def frame(self, kind, payload, flags=0, seq=0, tag=0):
        head = HEADER.pack(1, kind, flags, self.nonce & 255, seq, self.expected & 255, 4, tag, len(payload))
        body = head + payload
        return cobs(body + struct.pack("<I", zlib.crc32(body)))

    def write(self, data):
        while data:
            _, ready, _ = select.select([], [self.line], [], 10)
            if not ready:
                raise TimeoutError("the line takes no bytes")
            data = data[self.line.send(data):]

    def connect(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.write(b"\0" + self.frame(RESET, struct.pack("<IIBBH", MAGIC, self.nonce, 1, 1, 1024)))
            hello = self.wait(lambda kind, _: kind == HELLO, 1.0)
            if hello and struct.unpack_from("<I", hello[1], 4)[0] == self.nonce:
                return hello[1]
        raise TimeoutError("no HELLO")

    def poll(self, seconds):
        readable, _, _ = select.select([self.line], [], [], seconds)
        if readable:
            data = self.line.recv(4096)
            if not data:
                raise ConnectionError("the firmware closed the line")
            self.pending += data
        *frames, self.pending = self.pending.split(b"\0")
        for raw in filter(None, frames):
            body = uncobs(raw)
            if len(body) < 14 or zlib.crc32(body[:-4]) != struct.unpack("<I", body[-4:])[0]:
                continue
            _, kind, flags, _, seq, ack, credit, _, _ = HEADER.unpack_from(body)
            self.take(kind, flags, seq, ack, credit, body[10:-4])
        now = time.monotonic()
        if now - self.last_heartbeat > 0.5:
            self.last_heartbeat = now
            self.write(self.frame(HEARTBEAT, struct.pack("<IHH", int(now * 1000) & 0xFFFFFFFF, 0, 0)))
        if self.sent and now - max(self.last_progress, self.last_resend) > 3:
            self.resend()

    def resend(self):
        self.last_resend = time.monotonic()
        for _, data in self.sent:
            self.write(data)

    def take(self, kind, flags, seq, ack, credit, payload):
        self.credit = credit
        while self.sent and (ack - self.sent[0][0] - 1) & 255 < 128:
            self.sent.pop(0)
            self.last_progress = time.monotonic()
        if flags & NAK and time.monotonic() - self.last_resend > 0.02:
            self.resend()
        if flags & RELIABLE:
            if seq != self.expected & 255:
                return
            self.expected += 1
            self.write(self.frame(ACK, b""))
        self.messages.append((kind, payload))

    def wait(self, wanted, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for i, message in enumerate(self.messages):
                if wanted(*message):
                    return self.messages.pop(i)
            self.poll(0.05)
        return None

    def send(self, kind, payload):
        end = time.monotonic() + 60
        while len(self.sent) >= max(1, self.credit):
            if time.monotonic() > end:
                raise TimeoutError("no credit")
            self.poll(0.02)
        data = self.frame(kind, payload, RELIABLE, self.seq & 255, tag=7)
        self.sent.append((self.seq & 255, data))
        self.seq += 1
        self.write(data)

    def upload_state(self):
        message = self.wait(lambda kind, _: kind in (UPLOAD_STATE, STATUS), 30)
        if not message or message[1][1]:
            raise RuntimeError(f"upload refused with status {message[1][1]}" if message else "no answer to the upload")
        return struct.unpack_from("<I", message[1], 8)[0]

    def command(self, kind, payload):
        self.send(kind, payload)
        message = self.wait(lambda got, body: got == STATUS and body[0] == kind, 60)
        if not message or message[1][1]:
            raise RuntimeError(f"command {kind:#x} failed: {message}")

    def upload(self, package, slot, chunk):
        digest = hashlib.sha256(package).digest()
        self.send(UPLOAD_BEGIN, struct.pack("<B3xI", slot, len(package)) + digest)
        at = self.upload_state()
        while at < len(package):
            self.send(UPLOAD_DATA, struct.pack("<B3x4sI", slot, digest[:4], at) + package[at:at + chunk])
            at = self.upload_state()
        self.command(UPLOAD_VERIFY, struct.pack("<B3x", slot) + digest)
        self.command(ACTIVATE, struct.pack("<B3x", slot) + digest)

    def run(self, pixels, width, height, model, band, seconds):
        self.send(FRAME_BEGIN, struct.pack("<HHHH4s", 1, width, height, 0, model))
        for at in range(0, width * height, band):
            part = pixels[at:at + band]
            self.send(FRAME_ROWS, struct.pack("<HBBHHHH", 1, 0, 0, at // width, at % width, len(part), 0) + part)
        boxes = []
        while True:
            message = self.wait(lambda kind, _: kind in (RESULT, STATUS), seconds)
            if not message or message[0] == STATUS:
                raise RuntimeError(f"no result: {message}")
            _, status, last, total, first, count, _, hz, ticks, arena, stack = struct.unpack_from("<HBBHHHHIQII", message[1])
            if status:
                raise RuntimeError(f"the frame failed with status {status}")
            boxes += [struct.unpack_from("<hhHHHB", message[1], 32 + 12 * i) for i in range(count)]
            if last:
                return {"boxes": boxes, "ticks": ticks, "ticksHz": hz, "arenaBytes": arena, "stackBytes": stack}


def recorded(run_path, pictures_path, index, layers, picture_bytes, classifies):
    """One picture of a recorded run and its detections (tests/vectors/README.md)."""
    with open(run_path, "rb") as stream:
        data = stream.read()
    flags, pictures = struct.unpack_from("<H", data, 6)[0], struct.unpack_from("<I", data, 12)[0]

    def padded(size):
        return (size + 15) & ~15

    at = 64
    for picture in range(pictures):
        pixels = None
        if flags & 1:
            pixels = data[at:at + picture_bytes]
            at += padded(picture_bytes)
        sizes = [struct.unpack_from("<I", data, at + 8 * i)[0] for i in range(layers)]
        at += padded(8 * layers)
        if flags & 2:
            at += sum(padded(size) for size in sizes)
        count = struct.unpack_from("<I", data, at)[0]
        at += 16
        boxes = [struct.unpack_from("<5HHI", data, at + 16 * i) for i in range(count)]
        at += 16 * count
        if picture == index:
            if pixels is None:
                with open(pictures_path, "rb") as stream:
                    stream.seek(index * picture_bytes)
                    pixels = stream.read(picture_bytes)
            return pixels, [(left, top, right - left, bottom - top, score, anchor if classifies else 0)
                            for score, left, top, right, bottom, _, anchor in boxes]
    raise IndexError(index)


def main():
    path, package_path, run_path, pictures, index = sys.argv[1:6]
    with open(package_path, "rb") as stream:
        package = stream.read()
    head = package[:128]
    width, height, layers = struct.unpack_from("<HHH", head, 82)
    pixels, expected = recorded(run_path, pictures, int(index), layers, width * height, classifies=head[80] == 2)
    line = socket.socket(socket.AF_UNIX)
    for _ in range(100):
        try:
            line.connect(path)
            break
        except OSError:
            time.sleep(0.1)
    peer = Peer(line)
    hello = peer.connect(20)
    board = hello[56:72].rstrip(b"\0").decode()
    chunk = (struct.unpack_from("<H", hello, 12)[0] - HEAD) // 32 * 32
    if sys.argv[6:7] == ["--upload"]:
        peer.upload(package, int(sys.argv[7]), chunk)
    start = time.monotonic()
    result = peer.run(pixels, width, height, hashlib.sha256(package).digest()[:4], chunk, 120)
    seconds = time.monotonic() - start
    report = {"board": board, "seconds": round(seconds, 2), "detections": len(result["boxes"])}
    report.update((key, result[key]) for key in ("ticks", "ticksHz", "arenaBytes", "stackBytes"))
    print(json.dumps(report))
    if sorted(result["boxes"]) != sorted(expected):
        print(f"expected {expected}\n but got {result['boxes']}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
