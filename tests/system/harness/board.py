"""The microcontroller: a second QEMU, whose serial line is the other end of the guest's USB adapter."""

import pathlib
import signal
import subprocess

from .patience import eventually


class Board:
    """An STM32F405 that runs a firmware image. While it runs, the guest has the adapter; when it ends, the adapter is unplugged."""

    def __init__(self, line: pathlib.Path, firmware: pathlib.Path, log: pathlib.Path, is_plugged_in):
        """Returns when it is plugged in, as `is_plugged_in` reports."""
        self.process = subprocess.Popen(
            ["qemu-system-arm", "-M", "netduinoplus2", "-display", "none", "-monitor", "none", "-serial", f"unix:{line}", "-kernel",
             str(firmware)],
            stdin=subprocess.DEVNULL, stdout=log.open("ab"), stderr=subprocess.STDOUT)
        if not eventually(lambda: self.process.poll() is None and is_plugged_in(), 20) or self.process.poll() is not None:
            self.kill()
            raise OSError(f"The board did not start: {log.read_text()[-300:]}")

    def hang(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
