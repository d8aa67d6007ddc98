"""The service dies, hangs, or is stopped at the wrong moment."""

import time

from harness.bench import FACES, Bench
from harness.ends import ends


@ends(restarts=1, failures=1)
def killed(bench: Bench) -> None:
    """kill -9 of the service"""
    check, guest = bench.check, bench.guest
    process = bench.process()
    mark = bench.observer.mark
    guest.run(f"kill -9 {process}")
    check("the broker says offline, as the Will", bench.observer.wait(mark, "/availability", lambda payload: payload == "offline", 60))
    check("systemd starts it again", bench.until(lambda: bench.process() not in (0, process), 60), bench.log())
    check("it is online again", bench.observer.wait(mark, "/availability", lambda payload: payload == "online", 120), bench.log())


@ends(restarts=1, failures=1)
def wedged(bench: Bench) -> None:
    """The detector never returns, everything else goes on: the watchdog ends it"""
    check, guest = bench.check, bench.guest
    # Emulated, this model computes nearly all the time.
    bench.configure(Model=FACES)
    bench.restart()
    check("the pipeline moves at first", bench.until(lambda: bench.health()["healthy"] and bench.state()["engine"]["inferences"] >= 3, 120), bench.log())
    process = bench.process()
    begin = time.monotonic()
    guest.run(f"freeze {process} libonnxruntime.so >/run/frozen 2>&1 &")
    thread = bench.until(lambda: guest.run("cat /run/frozen"), 90)
    if not check("a thread is frozen within an inference", thread and thread.isdigit(), thread):
        return
    failed = bench.until(lambda: bench.process() == process and "detector" in [part["name"] for part in bench.health()["components"] if part["state"] == "failed"], 40)
    check("the rest answers, and health says that the detector stands still", failed, bench.log())
    check("systemd starts it again", bench.until(lambda: bench.process() not in (0, process), 120, pause=2), bench.log())
    bench.figure("from a wedged detector to the next process (WatchdogSec 30)", f"{time.monotonic() - begin:.0f} s")
    log = guest.run("journalctl -u rnnpool-edge -n 100 -o cat --no-pager")
    check("the log says why before the end", "The detector's loop has not come round" in log and "watchdog" in log.lower(), log)
    check("frames are looked at again", bench.until(lambda: bench.state()["engine"]["inferences"] >= 1, 120), bench.log())
    bench.configure()
    bench.restart()


@ends(restarts=1, failures=1)
def frozen(bench: Bench) -> None:
    """A process that hangs as a whole is killed by the watchdog and started again"""
    check, guest = bench.check, bench.guest
    process = bench.process()
    begin = time.monotonic()
    guest.run(f"kill -STOP {process}")
    check("systemd starts it again", bench.until(lambda: bench.process() not in (0, process), 120, pause=2), bench.log())
    bench.figure("from a frozen process to its successor (WatchdogSec 30)", f"{time.monotonic() - begin:.0f} s")
    check("by the watchdog", "watchdog" in guest.run("journalctl -u rnnpool-edge -n 60 -o cat --no-pager").lower())
    check("frames flow again", bench.until(lambda: bench.state()["camera"]["state"] == "open", 120), bench.log())


def stopped_during_start(bench: Bench) -> None:
    """SIGTERM at any moment of the start ends it at once"""
    check, guest = bench.check, bench.guest
    guest.run("systemctl stop rnnpool-edge", limit=60)
    for delay in (0.2, 1, 2, 4):
        guest.run(f"systemctl start --no-block rnnpool-edge; sleep {delay}")
        begin = time.monotonic()
        guest.run("systemctl stop rnnpool-edge", limit=60)
        took = time.monotonic() - begin
        result = guest.run("systemctl show -P Result rnnpool-edge")
        # Result is "success" also for a stop by SIGTERM; a kill after the time is "timeout".
        check(f"stopped {delay} s after its start it is gone", took < 9 and result != "timeout", f"{took:.1f} s, {result}; {bench.log(5)}")
        guest.run("systemctl reset-failed rnnpool-edge", check=False)
    guest.run("systemctl start rnnpool-edge", limit=180)
    check("and it still starts", bench.until(lambda: bench.state()["camera"]["state"] == "open", 120), bench.log())


def clean_stop(bench: Bench) -> None:
    """A stop is clean and within five seconds"""
    mark = bench.observer.mark
    begin = time.monotonic()
    bench.guest.run("systemctl stop rnnpool-edge", limit=60)
    took = time.monotonic() - begin
    bench.check("it takes under 5 s", took < 5, f"{took:.1f} s")
    bench.figure("a clean stop", f"{took:.1f} s")
    bench.check("with exit code 0", bench.guest.run("systemctl show -P ExecMainStatus rnnpool-edge") == "0", bench.log())
    bench.check("availability says offline", bench.observer.wait(mark, "/availability", lambda payload: payload == "offline", 10))
    bench.guest.run("systemctl start rnnpool-edge", limit=180)


@ends(failures=1)
def wrong_setting(bench: Bench) -> None:
    """A wrong setting stops it with one sentence, and it is not tried for ever"""
    guest = bench.guest
    bench.configure(Presence={"EnterThreshold": 7})
    guest.run("systemctl restart rnnpool-edge", limit=120, check=False)
    bench.check("it failed with exit code 4", bench.until(lambda: guest.run("systemctl show -P ExecMainStatus rnnpool-edge") == "4", 60), guest.run("systemctl status rnnpool-edge --no-pager", check=False))
    bench.check("it is not restarted", not guest.succeeds("sleep 5; systemctl is-active rnnpool-edge"))
    bench.check("the log names the key", "Presence:EnterThreshold" in bench.log(), bench.log())
    bench.configure()
    bench.restart()
    bench.check("with the right one it runs", bench.until(lambda: bench.state()["camera"]["state"] == "open", 120), bench.log())
