"""A face appears and leaves."""

import time

from harness.bench import LINE, PREFIX, Bench
from harness.observer import content


def face_appears(bench: Bench) -> None:
    """A face appears: the pin, the retained state, the event"""
    check = bench.check
    check("no presence at first", bench.settled(), bench.log())
    check("the pin is low at first", not bench.guest.pin(LINE))
    mark = bench.observer.mark
    bench.look_at("face")
    event = bench.observer.wait(mark, "/events", lambda payload: payload["type"] == "new", 90)
    if not check("the broker has the event", event, bench.log()):
        return
    body = content(event)
    check("the event is of a face with its box", body["label"] == "face" and body["score"] > 0.5 and body["box"]["width"] > 20, body)
    check("the pin is high, by the chip's own registers", bench.until(lambda: bench.guest.pin(LINE), 10))
    check("the retained state is occupied", '"occupied":true' in (bench.observer.retained(f"{PREFIX}/state") or ""))


def face_leaves(bench: Bench) -> None:
    """The face leaves: off after the delay"""
    check = bench.check
    mark = bench.observer.mark
    # Before the scene changes: a slow guest changes it late and answers later still.
    begin = time.monotonic()
    bench.look_at("empty")
    event = bench.observer.wait(mark, "/events", lambda payload: payload["type"] == "end", 90)
    if not check("the broker has the end", event, bench.log()):
        return
    body = content(event)
    check("the reason is gone", body.get("reason") == "gone", body)
    check("the off-delay of 5 s was kept", event["at"] - begin >= 4.5, event["at"] - begin)
    check("the pin is low", bench.until(lambda: not bench.guest.pin(LINE), 10))
    check("the retained state has no presence", '"occupied":false' in (bench.observer.retained(f"{PREFIX}/state") or ""))


def smaller_model(bench: Bench) -> None:
    """The settings change to the smallest model, which the rest of the test uses"""
    bench.configure()
    bench.restart()
    bench.check("it watches for persons now",
                bench.until(lambda: "person" in bench.state()["engine"]["labels"] and bench.state()["camera"]["state"] == "open", 120),
                bench.log())
