"""The machine around the service: disk, clock, power."""

import base64
import contextlib
import sqlite3

from harness.bench import Bench
from harness.observer import content


def ask(bench: Bench, name: str, question: str) -> list:
    """Asks a copy of one of the device's databases."""
    copy = bench.guest.folder / "copies"
    copy.mkdir(exist_ok=True)
    for suffix in ("", "-wal"):
        path = f"/var/lib/rnnpool-edge/{name}{suffix}"
        (copy / (name + suffix)).write_bytes(base64.b64decode(bench.guest.run(f"test ! -f {path} || base64 -w0 {path}")))
    try:
        with contextlib.closing(sqlite3.connect(copy / name)) as database:
            return [row[0] for row in database.execute(question)]
    except sqlite3.DatabaseError as error:
        # Two files that are copied one after the other may not fit each other.
        raise ValueError(f"{name}: {error}") from error


def parts(bench: Bench, state: str) -> list[str]:
    """The parts of the device that are in that state of health."""
    return [part["name"] for part in bench.health()["components"] if part["state"] == state]


def full_disk(bench: Bench) -> None:
    """A full disk stops the journal, not the device"""
    check, guest = bench.check, bench.guest
    check("no presence at first", bench.settled(), bench.log())
    guest.run("fallocate -l $(($(stat -f -c '%a*%S' /var/lib) - 65536)) /var/lib/filler || true; "
              "dd if=/dev/zero of=/var/lib/filler2 bs=64k 2>/dev/null; sync; true", limit=300)
    mark = bench.observer.mark
    bench.look_at("face")
    event = bench.observer.wait(mark, "/events", lambda payload: payload["type"] == "new", 90)
    check("the event is published all the same", event, bench.log())
    check("health names disk and journal", bench.until(lambda: {"disk", "journal"} <= set(parts(bench, "degraded")), 90), bench.health())
    check("the device is degraded and does its work", bench.health()["healthy"], bench.health())
    guest.run("rm -f /var/lib/filler /var/lib/filler2; sync")
    check("after the disk has space again the health is good", bench.until(lambda: bench.health()["state"] == "good", 150, pause=2),
          bench.health())
    identity = content(event)["id"]
    check("and the event is in the journal's file",
          bench.until(lambda: identity in ask(bench, "journal.db", "SELECT id FROM events"), 60, pause=3), identity)


def clock_jump(bench: Bench) -> None:
    """The clock jumps: an hour ahead, then back"""
    check, guest = bench.check, bench.guest
    process = bench.process()
    check("no presence at first", bench.settled(), bench.log())
    for jump in ("+1 hour", "-1 hour"):
        guest.run(f"date -s '{jump}' >/dev/null")
        mark = bench.observer.mark
        bench.look_at("face")
        check(f"{jump}: a face is announced", bench.observer.wait(mark, "/events", lambda payload: payload["type"] == "new", 90),
              bench.log())
        bench.look_at("empty")
        check(f"{jump}: it leaves", bench.observer.wait(mark, "/events", lambda payload: payload["type"] == "end", 90), bench.log())
        check(f"{jump}: the device is well", bench.until(lambda: bench.health()["healthy"], 30), bench.health())
    check("it is the same process", bench.process() == process, bench.log())


def power_cut(bench: Bench) -> None:
    """The power is cut: it restarts with an intact journal"""
    check, guest = bench.check, bench.guest
    check("no presence at first", bench.settled(), bench.log())
    mark = bench.observer.mark
    bench.look_at("face")
    event = bench.observer.wait(mark, "/events", lambda payload: payload["type"] == "new", 90)
    check("an event came", event, bench.log())
    guest.run("sleep 3")
    before = {row["id"] for row in bench.events()}
    guest.cut_power()
    bench.figure("boot after the power cut", f"{guest.boot():.0f} s")
    state = bench.until(lambda: (state := bench.state())["camera"]["state"] == "open" and state, 180)
    check("the device runs again without help", state, bench.log())
    after = {row["id"] for row in bench.events()}
    check("the event is in the journal", content(event)["id"] in after, f"{content(event)['id']} is not among {len(after)}")
    check("so is all that was there before", before <= after, len(before - after))
    check("SQLite finds no damage", (found := ask(bench, "journal.db", "PRAGMA integrity_check")) == ["ok"], found)
    mark = bench.observer.mark
    bench.look_at("empty")
    bench.settled()
    bench.look_at("face")
    check("a face is announced again", bench.observer.wait(mark, "/events", lambda payload: payload["type"] == "new", 90), bench.log())
