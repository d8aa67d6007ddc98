"""Runs and kills the device; see kill.sh.

An event counts as lost if the device logged it, captured it more than a second before the kill, and the journal does not contain it. At the
end, a subscriber of the broker must have received every such event and every event of the journal.
"""

import argparse
import json
import os
import random
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EVENT = re.compile(rb"\[1200\] .*?(\{.*\})\s*$")
GRACE = 1.0  # seconds before a kill whose events may be lost
LEAST, MOST = 0.1, 3.0  # seconds that a run lasts


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def key_of(event):
    return f"{event['id']} {event['type']} {event['time']}"


def seconds_of(event):
    return datetime.fromisoformat(event["time"].replace("Z", "+00:00")).timestamp()


class Broker:
    """mosquitto, which stores its sessions when it ends, and a subscriber with a session."""

    def __init__(self, folder):
        self.port = free_port()
        self.folder = folder
        self.received = set()
        (folder / "broker.conf").write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location {folder}/\n"
            "max_queued_messages 0\nlog_dest none\nuser root\n"
        )
        self.process = None
        self.start()
        self.subscriber = subprocess.Popen(
            ["mosquitto_sub", "-p", str(self.port), "-c", "-i", "listener", "-q", "1", "-t", "killed/events"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def start(self):
        if self.process is None:
            self.process = subprocess.Popen(["mosquitto", "-c", str(self.folder / "broker.conf")], stderr=subprocess.DEVNULL)
            for _ in range(500):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                        return
                time.sleep(0.01)
            sys.exit("error: the broker does not start.")

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self.process = None

    def end(self):
        self.subscriber.kill()
        self.stop()

    def _listen(self):
        for line in self.subscriber.stdout:
            self.received.add(key_of(json.loads(line)))


class Device:
    """The program with its state folder."""

    def __init__(self, program, folder, port):
        self.state = folder / "state"
        pictures = folder / "pictures"
        pictures.mkdir()
        for i in range(8):  # a face that comes and goes
            source = "samples/pictures/astronaut.jpg" if i < 4 else "tests/vectors/face-qvga/pictures/cup.jpg"
            (pictures / f"{i}.jpg").symlink_to(ROOT / source)
        settings = {
            "Device:StateFolder": self.state,
            "Presence:HistoryLength": 1,
            "Presence:OffDelay": "00:00:00",
            "Presence:Tracker:MaxMiss": "00:00:00",
            "Mqtt:Port": port,
            "Mqtt:TopicPrefix": "killed",
            "Mqtt:ReconnectDelay": "00:00:00.2",
        }
        self.command = [program, "run", "--camera", f"images:{pictures}?rate=20&loop=true&cache=true", "--port", "0", "--mqtt", "127.0.0.1"]
        for name, value in settings.items():
            self.command += ["--set", f"{name}={value}"]
        self.copies = folder / "copies"
        self.copies.mkdir()

    def run(self, seconds):
        """Runs for a time, then kills. Returns the events of the log, the last lines of the log and the wall time of the kill."""
        process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        lines = []
        reader = threading.Thread(target=lambda: lines.extend(process.stdout), daemon=True)
        reader.start()
        time.sleep(seconds)
        ended = process.poll()
        process.kill()
        at = time.time()
        process.wait()
        reader.join()
        events = [json.loads(match[1]) for match in map(EVENT.search, lines) if match]
        return events, b"".join(lines[-10:]).decode(errors="replace"), at, ended

    def drain(self, broker):
        """Runs until the broker has everything, without a camera, and stops the device."""
        command = [part if not part.startswith("images:") else "none:" for part in self.command]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for line in process.stdout:
            if b"http://" in line:
                break
        threading.Thread(target=process.stdout.read, daemon=True).start()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not self.journal()[1] <= broker.received:
            time.sleep(0.2)
        process.terminate()
        return process.wait()

    def journal(self):
        """Whether the journal is whole, with the keys of its events."""
        holes = "SELECT max(sequence) - min(sequence) + 1 - count(*) FROM events"
        return self._read("journal.db", "SELECT json FROM events ORDER BY sequence", holes)

    def outbox(self):
        return self._read("outbox.db", "SELECT payload FROM outbox ORDER BY number", "SELECT 0")

    def damaged(self):
        return [path.name for path in self.state.glob("*.damaged*")]

    def _read(self, name, query, holes):
        # A copy: the program itself must find the files as the kill has left them.
        for suffix in ("", "-wal"):
            (self.copies / (name + suffix)).unlink(missing_ok=True)
            if (self.state / (name + suffix)).exists():
                shutil.copy(self.state / (name + suffix), self.copies)
        if not (self.copies / name).exists():
            return True, set()
        base = sqlite3.connect(self.copies / name)
        try:
            if base.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                return False, set()
            if not base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                return True, set()
            keys = [key_of(json.loads(row[0])) for row in base.execute(query)]
            return len(keys) == len(set(keys)) and not base.execute(holes).fetchone()[0], set(keys)
        except sqlite3.DatabaseError:
            return False, set()
        finally:
            base.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--kills", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    folder = Path(tempfile.mkdtemp(prefix="rnnpool-edge-kill-"))
    broker = Broker(folder)
    device = Device(os.path.abspath(options.program), folder, broker.port)
    faults = {name: [] for name in ("journal", "outbox", "lost from the journal", "lost for the broker", "start")}
    logged = {}  # events that must be in the stores, with the number of their run
    total = unclear = outages = 0
    oldest = 0.0  # of the events that a kill took, in seconds before it
    begin = time.monotonic()
    for run in range(options.kills):
        # One run in ten has no broker, so that events wait in the outbox.
        if chance.random() < 0.1:
            broker.stop()
            outages += 1
        events, log, at, ended = device.run(chance.uniform(LEAST, MOST))
        broker.start()
        if ended is not None:
            faults["start"].append(f"run {run} ended with {ended}: {log}")
        whole, kept = device.journal()
        if not whole:
            faults["journal"].append(f"after run {run}")
        if not device.outbox()[0]:
            faults["outbox"].append(f"after run {run}")
        total += len(events)
        for event in events:
            key = key_of(event)
            if key not in kept:
                oldest = max(oldest, at - seconds_of(event))
            if seconds_of(event) < at - GRACE:
                logged[key] = run
                if key not in kept:
                    faults["lost from the journal"].append(f"run {run}: {key}")
            else:
                unclear += 1
        if device.damaged():
            faults["journal"].append(f"after run {run} there is {device.damaged()}")
        if (run + 1) % 100 == 0:
            print(f"{run + 1} kills, {total} events, {time.monotonic() - begin:.0f} s", flush=True)
    code = device.drain(broker)
    if code != 0:
        faults["start"].append(f"the last run ended with {code}")
    _, kept = device.journal()
    for key in set(logged) | kept:
        if key not in broker.received:
            faults["lost for the broker"].append(f"run {logged.get(key, 'unknown')}: {key}")
    broker.end()
    print(f"{options.kills} kills, {outages} without a broker, {time.monotonic() - begin:.0f} s.")
    print(f"{total} events in the log, {unclear} of them within {GRACE:.0f} s of a kill.")
    print(f"{len(kept)} events in the journal, {len(broker.received)} at the broker.")
    print(f"The oldest event that a kill took from the journal was {oldest:.2f} s old.")
    names = {
        "journal": "the journal is whole after every kill",
        "outbox": "the outbox is whole after every kill",
        "lost from the journal": "the journal has every event that is older than a second",
        "lost for the broker": "every event of the journal and every logged one that is older than a second reaches the broker",
        "start": "the device starts after every kill and stops cleanly at last",
    }
    failed = 0
    for name, found in faults.items():
        print(("FAILED " if found else "passed ") + names[name])
        for text in found[:5]:
            print("  " + text)
        failed += bool(found)
    enough = total >= options.kills
    print(("passed " if enough else "FAILED ") + "events flow: at least one for each kill")
    failed += not enough
    print(f"{len(faults) + 1 - failed} passed, {failed} failed")
    if not failed:
        shutil.rmtree(folder)
    return failed > 0


sys.exit(main())
