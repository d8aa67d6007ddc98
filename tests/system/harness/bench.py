"""The bench on which the scenarios work: the guest, its broker's observer, the camera's picture, and shared functions."""

import json
import pathlib

from .board import Board
from .guest import Guest, GuestError
from .observer import Observer
from .patience import eventually
from .report import Report

PREFIX = "rnnpool-edge/door"
LINE = 2  # of the guest's GPIO chip

# An emulated detector is many times slower than on a Raspberry Pi. Scenarios that do not depend on the model use the smallest one, and
# the delays of presence are longer.
FACES = {"Path": "face-qvga"}
SETTINGS = {
    "Camera": {"Source": "v4l2:/dev/video10?rate=2", "Name": "door", "ReopenDelay": "00:00:00.5", "MaxReopenDelay": "00:00:05"},
    "Device": {"Name": "door"},
    "Mqtt": {"Host": "127.0.0.1", "TopicPrefix": PREFIX, "MaxReconnectDelay": "00:00:05"},
    "Gpio": {"Outputs": [{"Pin": f"9030000.pl061:{LINE}"}]},
    "Presence": {"OffDelay": "00:00:05"},
    "Model": {"Path": "person-vww-96"},
}


class Bench:
    def __init__(self, guest: Guest, observer: Observer, report: Report, package: pathlib.Path, firmware: pathlib.Path):
        self.guest, self.observer, self.report, self.package, self.firmware = guest, observer, report, package, firmware
        self.board: Board | None = None
        self.check, self.figure = report.check, report.figure

    def look_at(self, what: str) -> None:
        """Puts `face` or `empty` in front of the camera."""
        self.guest.run(f"ln -sfn /srv/pictures/{what} /srv/pictures/now")

    def configure(self, **sections) -> None:
        """Writes the settings of the test with some sections changed, and restarts the service."""
        settings = {name: value.copy() for name, value in SETTINGS.items()}
        for name, section in sections.items():
            settings[name] = settings.get(name, {}) | section
        self.guest.run(f"cat >/etc/rnnpool-edge/config.json <<'END'\n{json.dumps(settings, indent=2)}\nEND")

    def restart(self, limit: float = 180) -> None:
        self.guest.run("systemctl reset-failed rnnpool-edge; systemctl restart rnnpool-edge", limit)

    def state(self) -> dict:
        return json.loads(self.guest.run("get /api/state"))

    def health(self) -> dict:
        return json.loads(self.guest.run("get /health"))

    def log(self, lines: int = 20) -> str:
        return self.guest.run(f"journalctl -u rnnpool-edge -o cat -n {lines} --no-pager")

    def process(self) -> int:
        return int(self.guest.run("systemctl show -P MainPID rnnpool-edge"))

    def until(self, probe, limit: float = 60, pause: float = 0.5):
        """The first true result of the probe, otherwise its last result."""
        def attempt():
            try:
                return probe()
            except (ValueError, OSError, GuestError):
                # A device that starts, stops or is busy may not answer in time. An unexpected restart is detected at the scenario's end.
                return None

        return eventually(attempt, limit, pause)

    def settled(self, limit: float = 120) -> bool:
        """Waits until the device reports no presence and processes frames."""
        self.look_at("empty")
        return bool(self.until(lambda: (state := self.state())["count"] == 0 and state["camera"]["state"] == "open" and state, limit))

    def events(self) -> list[dict]:
        """The device's own journal."""
        answer = json.loads(self.guest.run("get '/api/events?limit=1000'"))
        return answer if isinstance(answer, list) else answer["events"]

    def put_board(self, model: str) -> None:
        """Puts a microcontroller with that model on the USB adapter, in place of the one before."""
        self.remove_board()
        self.board = Board(self.guest.mcu_socket, self.firmware / f"rnnp-firmware-stm32f405-{model}.elf", self.guest.folder / "board.log",
                           self.guest.is_plugged_in)

    def remove_board(self) -> None:
        if self.board is not None:
            self.board.kill()
            self.board = None
