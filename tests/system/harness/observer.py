"""Subscribes to the guest's broker from the host, like any other client of the network."""

import json
import subprocess
import threading
import time

from .patience import PATIENCE


class Observer:
    """Records every message of the broker in the order of arrival. The broker keeps its session, so that no message is lost when the broker
    restarts."""

    def __init__(self, port: int):
        self.messages: list[dict] = []
        self._lock = threading.Condition()
        self._process = subprocess.Popen(
            ["stdbuf", "-oL", "mosquitto_sub", "-h", "127.0.0.1", "-p", str(port), "-i", "observer", "-c", "-q", "1", "-k", "10", "-t",
             "rnnpool-edge/#", "-t", "homeassistant/#", "-F", "%j"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        threading.Thread(target=self._read, daemon=True).start()
        self._port = port

    def _read(self) -> None:
        for line in self._process.stdout:
            try:
                message = json.loads(line)
            except ValueError:
                continue
            with self._lock:
                self.messages.append(message | {"at": time.monotonic()})
                self._lock.notify_all()

    @property
    def mark(self) -> int:
        """A position in the stream, for `since`."""
        with self._lock:
            return len(self.messages)

    def since(self, mark: int, suffix: str) -> list[dict]:
        with self._lock:
            return [message for message in self.messages[mark:] if message["topic"].endswith(suffix)]

    def wait(self, mark: int, suffix: str, matches=lambda payload: True, limit: float = 60):
        """The first message since the mark with this end of the topic and a matching payload (JSON, else text); None if none arrives in
        time."""
        deadline = time.monotonic() + limit * PATIENCE
        at = mark
        with self._lock:
            while True:
                while at < len(self.messages):
                    message = self.messages[at]
                    at += 1
                    if message["topic"].endswith(suffix) and matches(content(message)):
                        return message
                if (left := deadline - time.monotonic()) <= 0:
                    return None
                self._lock.wait(left)

    def events(self, mark: int) -> list[dict]:
        return [content(message) for message in self.since(mark, "/events")]

    def retained(self, topic: str, limit: float = 20) -> str | None:
        """The retained message that a new subscriber receives."""
        done = subprocess.run(["mosquitto_sub", "-h", "127.0.0.1", "-p", str(self._port), "-t", topic, "-C", "1", "--retained-only",
                               "-W", str(int(limit * PATIENCE))],
                              capture_output=True, text=True)
        return done.stdout.strip() or None

    def publish(self, topic: str, payload: str) -> None:
        subprocess.run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(self._port), "-q", "1", "-t", topic, "-m", payload], check=True,
                       timeout=30)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


def content(message: dict):
    payload = message.get("payload", "")
    try:
        return json.loads(payload) if isinstance(payload, str) else payload
    except ValueError:
        return payload
