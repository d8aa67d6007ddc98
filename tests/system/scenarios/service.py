"""The service is killed, hangs, or is stopped during its start."""

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
    check("the broker publishes offline, as the Will", bench.observer.wait(mark, "/availability", lambda payload: payload == "offline", 60))
    check("systemd starts it again", bench.until(lambda: bench.process() not in (0, process), 60), bench.log())
    check("it is online again", bench.observer.wait(mark, "/availability", lambda payload: payload == "online", 120), bench.log())


@ends(restarts=1, failures=1)
def wedged(bench: Bench) -> None:
    """The detector never returns while all other parts run: the watchdog ends the service"""
    check, guest = bench.check, bench.guest
    # Emulated, this model computes nearly all the time. A thread within the engine of the program itself could not be recognized.
    guest.run("dpkg -i /srv/rnnpool-edge-onnx_*.deb", limit=600)
    bench.configure(Model=FACES, Detector={"Engine": "Onnx"})
    bench.restart()
    check("the pipeline moves at first", bench.until(lambda: bench.health()["healthy"] and bench.state()["engine"]["inferences"] >= 3, 120),
          bench.log())
    process = bench.process()
    begin = time.monotonic()
    guest.run(f"freeze {process} libonnxruntime.so >/run/frozen 2>&1 &")
    thread = bench.until(lambda: guest.run("cat /run/frozen"), 90)
    if not check("a thread is frozen within an inference", thread and thread.isdigit(), thread):
        return
    def detector_failed() -> bool:
        failed = [part["name"] for part in bench.health()["components"] if part["state"] == "failed"]
        return bench.process() == process and "detector" in failed

    failed = bench.until(detector_failed, 40)
    check("the rest answers, and health reports the detector as failed", failed, bench.log())
    check("systemd starts it again", bench.until(lambda: bench.process() not in (0, process), 120, pause=2), bench.log())
    bench.figure("from a wedged detector to the next process (WatchdogSec 30)", f"{time.monotonic() - begin:.0f} s")
    log = guest.run("journalctl -u rnnpool-edge -n 100 -o cat --no-pager")
    check("the log gives the reason before the end", "The detector's loop has not cycled" in log and "watchdog" in log.lower(), log)
    check("frames are analysed again", bench.until(lambda: bench.state()["engine"]["inferences"] >= 1, 120), bench.log())
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
        guest.run("systemctl stop rnnpool-edge", limit=60)
        result = guest.run("systemctl show -P Result rnnpool-edge")
        # "success" also for an end by SIGTERM; when systemd had to kill it, after ten seconds, "timeout".
        check(f"stopped {delay} s after its start it ends in time", result != "timeout" and not guest.succeeds("pgrep -x rnnpool-edge"),
              f"{result}; {bench.log(5)}")
        guest.run("systemctl reset-failed rnnpool-edge", check=False)
    guest.run("systemctl start rnnpool-edge", limit=180)
    check("and it still starts", bench.until(lambda: bench.state()["camera"]["state"] == "open", 120), bench.log())


def clean_stop(bench: Bench) -> None:
    """A stop is clean"""
    check, guest = bench.check, bench.guest
    codes = []
    # Without enough processor time a device cuts its stop short after 4.5 s and logs it; a hanging device always does.
    while not codes or codes[-1] == 70 and len(codes) < 3:
        mark = bench.observer.mark
        process = bench.process()
        guest.run("systemctl stop rnnpool-edge", limit=60)
        codes.append(int(guest.run("systemctl show -P ExecMainStatus rnnpool-edge")))
        check("systemd did not have to kill it", (result := guest.run("systemctl show -P Result rnnpool-edge")) != "timeout", result)
        check("its process is gone", not guest.succeeds(f"test -d /proc/{process}"))
        shown = guest.run("systemctl show rnnpool-edge -p ActiveExitTimestampMonotonic -p ExecMainExitTimestampMonotonic")
        times = dict(line.split("=") for line in shown.splitlines())
        seconds = (int(times["ExecMainExitTimestampMonotonic"]) - int(times["ActiveExitTimestampMonotonic"])) / 1e6
        bench.figure("a stop", f"{seconds:.1f} s, exit code {codes[-1]}")
        offline = bench.observer.wait(mark, "/availability", lambda payload: payload == "offline", 30)
        check("availability is offline", offline)
        guest.run("systemctl start rnnpool-edge", limit=180)
        bench.until(lambda: bench.state()["camera"]["state"] == "open", 120)
    check("it ends with exit code 0", codes[-1] == 0, codes)


@ends(failures=1)
def wrong_setting(bench: Bench) -> None:
    """A wrong setting stops the service with one error, without further restarts"""
    guest = bench.guest
    bench.configure(Presence={"EnterThreshold": 7})
    guest.run("systemctl restart rnnpool-edge", limit=120, check=False)
    bench.check("it failed with exit code 4", bench.until(lambda: guest.run("systemctl show -P ExecMainStatus rnnpool-edge") == "4", 60),
                guest.run("systemctl status rnnpool-edge --no-pager", check=False))
    bench.check("it is not restarted", not guest.succeeds("sleep 5; systemctl is-active rnnpool-edge"))
    bench.check("the log names the key", "Presence:EnterThreshold" in bench.log(), bench.log())
    bench.configure()
    bench.restart()
    bench.check("with the right one it runs", bench.until(lambda: bench.state()["camera"]["state"] == "open", 120), bench.log())
