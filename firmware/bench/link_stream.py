"""Writes the messages of a host that sends one frame, each after its length. Usage: link_stream.py PACKAGE PICTURE (raw|coded) OUTPUT"""
import os
import struct
import sys

PROJECT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path[:0] = [os.path.join(PROJECT, "tests"), os.path.join(PROJECT, "..", "tests", "vectors", "link")]
from link_peer import FRAME_BEGIN, FRAME_ROWS, MAGIC, RELIABLE, RESET, Peer  # noqa: E402

PAYLOAD = 476  # of firmware with the default options
HEAD = 12


def main():
    package_path, picture_path, form, output = sys.argv[1:5]
    with open(package_path, "rb") as stream:
        head = stream.read(128)
    with open(picture_path, "rb") as stream:
        picture = stream.read()
    width, height = struct.unpack_from("<HH", head, 82)
    peer = Peer(None)
    messages = [b"\0" + peer.frame(RESET, struct.pack("<IIBBH", MAGIC, peer.nonce, 1, 1, 1024))]

    def send(kind, payload):
        messages.append(peer.frame(kind, payload, RELIABLE, (len(messages) - 1) & 255, tag=7))

    send(FRAME_BEGIN, struct.pack("<HHHHI", 1, width, height, 0, 0))
    at = 0
    while at < len(picture):
        pixels, encoding, data = min(PAYLOAD - HEAD, len(picture) - at), 0, None
        if form == "coded":
            from generate import code_rows
            # as the host does: what is likely to fill a message, less where it does not fit
            pixels = min(3 * (PAYLOAD - HEAD), len(picture) - at)
            while len(data := code_rows(picture, width, at, pixels)) > PAYLOAD - HEAD:
                pixels = pixels * 7 // 8
            encoding = 1
        if data is None or len(data) >= pixels:
            pixels = min(PAYLOAD - HEAD, len(picture) - at)
            encoding, data = 0, picture[at:at + pixels]
        send(FRAME_ROWS, struct.pack("<HBBHHHH", 1, encoding, 0, at // width, at % width, pixels, 0) + data)
        at += pixels
    with open(output, "wb") as stream:
        for message in messages:
            stream.write(struct.pack("<H", len(message)) + message)


main()
