"""Costs on the emulated machine; compare the figures only with each other."""

import time

from harness.bench import FACES, LINE, Bench


def start_up(bench: Bench) -> None:
    """The start, from systemd's point of view"""
    guest = bench.guest
    for _ in range(2):
        guest.run("systemctl stop rnnpool-edge", limit=60)
        guest.run("systemctl start rnnpool-edge", limit=180)
        shown = guest.run("systemctl show rnnpool-edge -p ExecMainStartTimestampMonotonic -p ActiveEnterTimestampMonotonic")
        times = dict(line.split("=") for line in shown.splitlines())
        seconds = (int(times["ActiveEnterTimestampMonotonic"]) - int(times["ExecMainStartTimestampMonotonic"])) / 1e6
    bench.figure("from exec to READY=1", f"{seconds:.1f} s")
    bench.check("it is ready within 60 s", seconds < 60, seconds)


def costs(bench: Bench) -> None:
    """Processor time and memory at 5 and 10 frames per second"""
    guest = bench.guest
    for rate in (5, 10):
        bench.configure(Camera={"Source": f"v4l2:/dev/video10?rate={rate}"}, Model=FACES)
        bench.restart()
        bench.settled()
        time.sleep(20)
        first, begin = bench.state(), time.monotonic()
        ticks = "awk '{print $14+$15}' /proc/%d/stat" % bench.process()
        used = int(guest.run(ticks))
        time.sleep(40)
        second, seconds = bench.state(), time.monotonic() - begin
        used = (int(guest.run(ticks)) - used) / 100
        inferences = second["engine"]["inferences"] - first["engine"]["inferences"]
        frames = second["camera"]["frames"] - first["camera"]["frames"]
        bench.figure(f"camera at {rate} frames per second",
                     f"{frames / seconds:.1f} frames and {inferences / seconds:.2f} inferences per second, "
                     f"{100 * used / seconds:.0f} % of a core, {1000 * used / max(inferences, 1):.0f} ms of processor per inference, "
                     f"median inference {second['engine']['inferenceMs']:.0f} ms, "
                     f"{second['process']['residentBytes'] / 1e6:.0f} MB resident")
        bench.check(f"at {rate} frames per second, all frames are taken or dropped, none queues up", second["camera"]["frameAgeMs"] < 3000,
                    second["camera"])


def latency(bench: Bench) -> None:
    """From a frame to the pin and to the broker, by the device's own clock"""
    bench.configure(Model=FACES)
    bench.restart()
    bench.settled()
    followed = []
    for _ in range(6):
        for what, level in (("face", True), ("empty", False)):
            bench.look_at(what)
            followed.append(bool(bench.until(lambda: bench.guest.pin(LINE) == level, 60)))
    gpio = bench.state()["gpio"]
    times = {name: value for name, value in gpio.items() if name not in ("outputs", "inputs")} if isinstance(gpio, dict) else gpio
    bench.figure("frame to pin", str(times))
    bench.check("the pin followed every change", all(followed), followed)
    bench.configure()
    bench.restart()
