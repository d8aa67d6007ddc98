"""The guest: one QEMU with a disk of its own, and a way to run commands in it."""

import base64
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time
import uuid

from .patience import PATIENCE, eventually

GPIO_BLOCK = 0x09030000  # the PL061 of QEMU's machine "virt"
GPIO_DATA = GPIO_BLOCK + 0x3FC  # all eight lines at once
GPIO_DIRECTION = GPIO_BLOCK + 0x400


class GuestError(Exception):
    """A command failed in the guest, or the guest itself did."""


class Guest:
    """Boots from the image in `image` with a disk in `folder` that keeps what the guest writes."""

    def __init__(self, image: pathlib.Path, folder: pathlib.Path, payload: pathlib.Path, broker_port: int):
        self.image, self.folder, self.payload, self.broker_port = image, folder, payload, broker_port
        self.disk = folder / "disk.qcow2"
        self.mcu_socket = folder / "mcu.sock"
        self.process: subprocess.Popen | None = None
        self._number = 0  # of the process
        self._agent: socket.socket | None = None
        self._monitor: socket.socket | None = None
        self._chip: str | None = None  # where QEMU has the GPIO chip
        if self.disk.exists():
            return
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str(image / "root.ext4"), str(self.disk)], check=True)

    def boot(self, limit: float = 300) -> float:
        """Starts the machine and waits until it runs commands; returns the seconds."""
        begin = time.monotonic()
        path = self.folder
        for stale in ("agent.sock", "monitor.sock", "mcu.sock", "levels.sock"):
            (path / stale).unlink(missing_ok=True)
        self.process = subprocess.Popen(
            ["qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a72", "-accel", "tcg,thread=multi", "-smp", "2", "-m", "1536",
             "-display", "none", "-no-reboot",
             "-kernel", self.image / "kernel", "-initrd", self.image / "initrd",
             "-append", "console=ttyAMA0 rw nokaslr mitigations=off audit=0 apparmor=0 selinux=0 quiet panic=-1 systemd.show_status=0",
             "-drive", f"file={self.disk},if=virtio,format=qcow2", "-drive", f"file={self.payload},if=virtio,format=raw,readonly=on",
             "-netdev", f"user,id=net,hostfwd=tcp:127.0.0.1:{self.broker_port}-:1883", "-device", "virtio-net-pci,netdev=net,romfile=",
             "-device", "virtio-serial-pci", "-chardev", f"socket,id=agent,path={path}/agent.sock,server=on,wait=off",
             "-device", "virtserialport,chardev=agent,name=agent",
             "-device", "qemu-xhci", "-chardev", f"socket,id=mcu,path={path}/mcu.sock,server=on,wait=off",
             "-device", "usb-serial,chardev=mcu,serial=rnnpool-1",
             "-serial", f"file:{path}/console.log", "-qmp", f"unix:{path}/monitor.sock,server=on,wait=off",
             "-qtest", f"unix:{path}/levels.sock,server=on,wait=off", "-qtest-log", "none"],
            stdin=subprocess.DEVNULL, stdout=(path / "qemu.log").open("ab"), stderr=subprocess.STDOUT)
        self._number = self.process.pid
        self.connect(begin + limit * PATIENCE)
        (path / "guest.json").write_text(json.dumps({"process": self._number, "port": self.broker_port}))
        return time.monotonic() - begin

    @classmethod
    def attach(cls, image: pathlib.Path, folder: pathlib.Path, payload: pathlib.Path) -> "Guest":
        """A guest that an earlier test has left running in this folder."""
        known = json.loads((folder / "guest.json").read_text())
        guest = cls(image, folder, payload, known["port"])
        guest._number = known["process"]
        guest.connect(time.monotonic() + 60 * PATIENCE)
        return guest

    def connect(self, deadline: float) -> None:
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                raise GuestError(f"QEMU ended: {(self.folder / 'qemu.log').read_text()[-500:]}")
            try:
                self._agent, self._received = self._open("agent.sock"), b""
                self.run("true", limit=max(5.0, deadline - time.monotonic()) / PATIENCE)
                return
            except (FileNotFoundError, ConnectionRefusedError):
                time.sleep(0.2)
        raise GuestError(f"The guest did not start in time; see {self.folder}/console.log.")

    def _open(self, name: str) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(self.folder / name))
        return connection

    def run(self, command: str, limit: float = 120, check: bool = True) -> str:
        """Runs a shell command as root and returns its output."""
        # Every answer begins with the mark of its command, so the late answer to a command that timed out is skipped.
        mark = uuid.uuid4().hex
        self._agent.sendall(base64.b64encode(f"echo {mark}\n{command}".encode()) + b"\n")
        deadline = time.monotonic() + limit * PATIENCE
        text = ""
        try:
            while not text.startswith(mark):
                code, _, output = self._answer(deadline).decode().strip().partition(" ")
                text = base64.b64decode(output).decode(errors="replace")
        except TimeoutError:
            raise GuestError(f"Not done within {limit * PATIENCE:.0f} s: {command}") from None
        text = text.removeprefix(mark).strip()
        if check and code != "0":
            raise GuestError(f"Exit code {code} of: {command}\n{text[-1500:]}")
        return text

    def _answer(self, deadline: float) -> bytes:
        while b"\n" not in self._received:
            self._agent.settimeout(max(0.1, deadline - time.monotonic()))
            part = self._agent.recv(65536)
            if not part:
                raise GuestError("The guest has ended.")
            self._received += part
        answer, _, self._received = self._received.partition(b"\n")
        return answer

    def succeeds(self, command: str, limit: float = 120) -> bool:
        return self.run(f"{{ {command}; }} >/dev/null 2>&1 && echo yes || echo no", limit).endswith("yes")

    def monitor(self, command: str) -> str:
        """Runs a command of QEMU's monitor, independently of the guest."""
        return self._ask_monitor("human-monitor-command", **{"command-line": command})

    def _ask_monitor(self, command: str, **arguments):
        if self._monitor is None:
            self._monitor = self._open("monitor.sock")
            self._monitor.settimeout(30)
            self._reader = self._monitor.makefile("r")
            self._reader.readline()
            self._ask({"execute": "qmp_capabilities"})
        return self._ask({"execute": command, "arguments": arguments})

    def _ask(self, request: dict):
        self._monitor.sendall(json.dumps(request).encode() + b"\n")
        while True:
            answer = json.loads(self._reader.readline())
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise GuestError(str(answer["error"]))

    def pin(self, line: int) -> bool:
        """The level of a GPIO line, read from the chip's registers by QEMU; only an output has one."""
        direction, data = (int(re.search(r": 0x([0-9a-f]+)", self.monitor(f"xp /1wx {address:#x}"))[1], 16)
                           for address in (GPIO_DIRECTION, GPIO_DATA))
        return bool(direction >> line & 1 and data >> line & 1)

    def set_input(self, line: int, high: bool) -> None:
        """Sets the level of a GPIO line from outside, like a switch. It only affects a line that the guest uses as an input."""
        if self._chip is None:
            children = self._ask_monitor("qom-list", path="/machine/unattached")
            self._chip = next("/machine/unattached/" + child["name"] for child in children if child["type"] == "child<pl061>")
        with self._open("levels.sock") as levels:
            levels.settimeout(30 * PATIENCE)
            levels.sendall(f"set_irq_in {self._chip} unnamed-gpio-in {line} {int(high)}\n".encode())
            if not (answer := levels.recv(1024)).startswith(b"OK"):
                raise GuestError(f"QEMU did not set line {line}: {answer.decode(errors='replace')}")

    def is_plugged_in(self) -> bool:
        """Whether a board is connected to the USB adapter."""
        line = next(line for line in self.monitor("info chardev").splitlines() if line.startswith("mcu:"))
        return "disconnected" not in line

    def cut_power(self) -> None:
        """Ends the guest like a power cut: unwritten data are lost."""
        self._close()
        os.kill(self._number, signal.SIGKILL)
        if self.process is not None:
            self.process.wait()
            self.process = None
        elif not eventually(lambda: is_gone(self._number), 30):
            raise GuestError(f"QEMU, process {self._number}, does not end.")
        self._number = 0

    def stop(self) -> None:
        if self._number:
            self.cut_power()

    def _close(self) -> None:
        for connection in (self._agent, self._monitor):
            if connection is not None:
                connection.close()
        self._agent = self._monitor = None


def is_gone(process: int) -> bool:
    """Whether a process has ended; its parent may not have noticed yet."""
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def run_folder() -> pathlib.Path:
    """Sockets need a short path."""
    base = pathlib.Path(os.environ.get("TMPDIR", "/tmp"))
    folder = base / f"rnnpool-system-{os.getpid()}"
    folder.mkdir()
    return folder
