"""Makes the firmware fail in QEMU and compares what HELLO reports after the reset. Usage: test_faults.py MACHINE SERIAL ELF"""
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from link_peer import FRAME_BEGIN, HELLO, Peer  # noqa: E402

REBOOT = 0x1C
UNDEFINED, BUS, STACK, HANG, COMPUTE = 0xFA01, 0xFA02, 0xFA03, 0xFA04, 0xFA05
SOFTWARE, WATCHDOG, FAULT = 3, 4, 5
NMI, HARD_FAULT = 2, 3
CFSR_STACK = 1 << 7 | 1 << 4 | 1 << 1 | 1 << 20  # MMARVALID, MSTKERR, DACCVIOL; STKOF
WATCHDOGS = ("mps2-an386", "mps2-an500", "mps2-an505", "mps3-an547")  # QEMU has none of the STM32F405
UNMAPPED = 0xE8000000


def functions(elf):
    """Start and end of each function."""
    lines = subprocess.run(["arm-none-eabi-nm", "-S", elf], capture_output=True, text=True, check=True).stdout.split("\n")
    fields = [line.split() for line in lines]
    return {f[3]: (int(f[0], 16) & ~1, int(f[0], 16) + int(f[1], 16)) for f in fields if len(f) == 4}


class Board:
    def __init__(self, path):
        self.path, self.nonce = path, 0x11110001

    def hello(self):
        """The HELLO of a new session."""
        self.line = socket.socket(socket.AF_UNIX)
        for _ in range(100):
            try:
                self.line.connect(self.path)
                break
            except OSError:
                time.sleep(0.1)
        self.peer = Peer(self.line)
        return self.session()

    def session(self):
        self.nonce += 0x10001
        peer = Peer(self.line)
        peer.nonce, self.peer = self.nonce, peer
        hello = peer.connect(30)
        fields = struct.unpack_from("<BBH5I8s", hello, 76)
        names = ("exception", "flags", "count", "pc", "lr", "cfsr", "hfsr", "address", "build")
        return dict(zip(names, fields), reason=hello[11], firmware=hello[36:44], limit=struct.unpack_from("<I", hello, 72)[0])

    def after(self, kind, payload):
        """Sends a message that ends the run, waits for the announcement of the next one and begins a session."""
        self.peer.send(kind, payload)
        while not self.peer.wait(lambda got, body: got == HELLO and struct.unpack_from("<I", body, 4)[0] == 0, 30):
            raise TimeoutError("no start after the fault")
        return self.session()

    def fail(self, command):
        return self.after(FRAME_BEGIN, self.begin(command))

    @staticmethod
    def begin(command):
        return struct.pack("<HHHHI", command, 32, 32, 0, 0)

    def compute(self):
        """Makes the board compute without end, and returns when it does."""
        self.peer.send(FRAME_BEGIN, self.begin(COMPUTE))
        while self.peer.sent:
            self.peer.poll(0.05)


def main():
    machine, serial, elf = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    where = functions(elf)
    checks = []

    def check(name, condition, hello):
        checks.append(condition)
        print("ok  " if condition else "FAIL", name, {k: hex(v) if isinstance(v, int) else v.hex() for k, v in hello.items()})

    with tempfile.TemporaryDirectory() as place:
        path = os.path.join(place, "line")
        ports = ["-serial", "null"] * serial + ["-serial", f"unix:{path},server=on,wait=off"]
        qemu = subprocess.Popen(["qemu-system-arm", "-M", machine, "-display", "none", "-monitor", "none", *ports, "-kernel", elf],
                                stdin=subprocess.DEVNULL)
        try:
            board = Board(path)
            hello = board.hello()
            check("no fault after power-on", hello["exception"] == 0 and hello["count"] == 0 and hello["limit"] > 0, hello)
            board.compute()
            start = time.monotonic()
            hello = board.session()
            print(f"RESET while computing: {1000 * (time.monotonic() - start):.0f} ms by the clock of this machine")
            check("RESET while computing", hello["count"] == 0 and hello["reason"] != WATCHDOG, hello)
            board.compute()
            hello = board.after(REBOOT, b"")
            check("REBOOT while computing", hello["count"] == 0 and hello["reason"] != WATCHDOG, hello)
            hello = board.fail(UNDEFINED)
            start, end = where["fail_undefined"]
            check("undefined instruction", hello["reason"] == FAULT and hello["exception"] == HARD_FAULT and start <= hello["pc"] < end
                  and hello["cfsr"] & 1 << 16 and hello["count"] == 1 and hello["build"] == hello["firmware"] and hello["lr"] & 1, hello)
            check("the same in the next session", {**board.session()} == hello, hello)
            hello = board.after(REBOOT, b"")
            check("no fault after a restart", hello["exception"] == 0 and hello["reason"] != FAULT, hello)
            hello = board.fail(BUS)
            start, end = where["fail_bus"]
            check("bus error", hello["reason"] == FAULT and start <= hello["pc"] < end and hello["count"] == 2
                  and hello["address"] in (0, UNMAPPED) and hello["flags"] == 0, hello)
            hello = board.fail(STACK)
            check("stack overflow", hello["reason"] == FAULT and hello["flags"] & 1 and hello["cfsr"] & CFSR_STACK
                  and hello["count"] == 3, hello)
            if machine in WATCHDOGS:
                hello = board.fail(HANG)
                # the tick, which wakes the loop up, may be what the watchdog interrupts
                inside = any(start <= hello["pc"] < end for start, end in (where["fail_hang"], where["systick_handler"]))
                check("watchdog", hello["reason"] == WATCHDOG and hello["exception"] == NMI and inside, hello)
        finally:
            qemu.kill()
            qemu.wait()
    return 0 if checks and all(checks) else 1


if __name__ == "__main__":
    sys.exit(main())
