"""Input pins: a switch on a line of the guest's chip, which QEMU sets from outside."""

from harness.bench import LINE, PREFIX, Bench
from harness.observer import content

SWITCH = 5  # a line of the chip that nothing else uses


def forbidden(bench: Bench) -> bool:
    return not bench.state()["detection"]["active"]


def inferences(bench: Bench) -> int:
    return bench.state()["engine"]["inferences"]


def captured(bench: Bench) -> int:
    return bench.state()["camera"]["frames"]


def stands_still(bench: Bench) -> bool:
    """Whether frames arrive and none is processed."""
    seen, looked = captured(bench), inferences(bench)
    return bool(bench.until(lambda: captured(bench) >= seen + 6, 60)) and inferences(bench) == looked


def privacy(bench: Bench) -> None:
    """A privacy switch: presences end, no frame is processed, no picture is served"""
    check, guest, observer = bench.check, bench.guest, bench.observer
    guest.set_input(SWITCH, False)
    bench.configure(Gpio={"Inputs": [{"Pin": f"9030000.pl061:{SWITCH}", "Function": "Privacy"}]})
    bench.restart()
    check("no presence at first", bench.settled(), bench.log())
    mark = observer.mark
    bench.look_at("face")
    check("a face is announced while the switch is off", observer.wait(mark, "/events", lambda payload: payload["type"] == "new", 90),
          bench.log())
    check("the pin is high", bench.until(lambda: guest.pin(LINE), 10))
    mark = observer.mark
    guest.set_input(SWITCH, True)
    event = observer.wait(mark, "/events", lambda payload: payload["type"] == "end", 30)
    check("switched on, presences end with the reason", event and content(event)["reason"] == "privacy", event or bench.log())
    check("the pin is low", bench.until(lambda: not guest.pin(LINE), 10))
    check("the broker keeps it", bench.until(lambda: observer.retained(f"{PREFIX}/privacy") == "ON", 20),
          observer.retained(f"{PREFIX}/privacy"))
    check("frames arrive, and none is analysed", stands_still(bench), bench.state())
    check("no picture is given", "privacy" in guest.run("get /api/live.jpg").lower())
    check("no presence is announced", not [event for event in observer.events(mark) if event["type"] == "new"], observer.events(mark))
    mark = observer.mark
    guest.set_input(SWITCH, False)
    check("switched off, the face is announced again", observer.wait(mark, "/events", lambda payload: payload["type"] == "new", 90),
          bench.log())
    check("the broker knows", bench.until(lambda: observer.retained(f"{PREFIX}/privacy") == "OFF", 20),
          observer.retained(f"{PREFIX}/privacy"))


def old_interface(bench: Bench) -> None:
    """Version 1 of the kernel's interface, which kernels before 5.10 have: an output follows a face, an input forbids it"""
    check, guest, observer = bench.check, bench.guest, bench.observer
    unit = "/etc/systemd/system/rnnpool-edge.service.d/gpio.conf"
    guest.run(f"mkdir -p {unit.rpartition('/')[0]}")
    guest.run(f"printf '[Service]\nEnvironment=RNNPOOL_GPIO_ABI=1\n' > {unit} && systemctl daemon-reload")
    guest.set_input(SWITCH, False)
    bench.configure(Gpio={"Inputs": [{"Pin": f"9030000.pl061:{SWITCH}", "Function": "Privacy"}]})
    mark = observer.mark
    bench.restart()
    bench.look_at("face")
    check("a face is announced", observer.wait(mark, "/events", lambda payload: payload["type"] == "new", 90), bench.log())
    check("the pin is high", bench.until(lambda: guest.pin(LINE), 10))
    guest.set_input(SWITCH, True)
    forbids = bench.until(lambda: forbidden(bench) and not guest.pin(LINE), 20)
    check("the switch forbids detection, and the pin is low", forbids, bench.state())
    guest.set_input(SWITCH, False)
    check("the switch allows it again", bench.until(lambda: not forbidden(bench), 20), bench.state())
    guest.run(f"rm {unit} && systemctl daemon-reload")
    bench.configure()
    bench.restart()


def arming(bench: Bench) -> None:
    """An arming switch that is off when the device starts: no frame is processed before it is on"""
    check, guest = bench.check, bench.guest
    guest.set_input(SWITCH, False)
    bench.look_at("face")
    bench.configure(Gpio={"Inputs": [{"Pin": f"9030000.pl061:{SWITCH}", "Function": "Arming"}]})
    mark = bench.observer.mark
    bench.restart()
    check("the camera opens", bench.until(lambda: bench.state()["camera"]["state"] == "open", 120), bench.log())
    check("frames arrive, and none is analysed", stands_still(bench) and inferences(bench) == 0, bench.state())
    check("the device reports that it is paused and healthy",
          bench.until(lambda: (health := bench.health())["state"] == "paused" and health["healthy"], 20), bench.health())
    guest.set_input(SWITCH, True)
    check("armed, it announces the face", bench.observer.wait(mark, "/events", lambda payload: payload["type"] == "new", 90), bench.log())
    guest.set_input(SWITCH, False)
    check("disarmed, the pin is low", bench.until(lambda: forbidden(bench) and not guest.pin(LINE), 20), bench.state())
    bench.configure()
    bench.restart()
