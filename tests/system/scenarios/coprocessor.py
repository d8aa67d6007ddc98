"""The microcontroller on the other end of the USB adapter."""

from harness.bench import Bench
from harness.guest import GuestError

ENDPOINT = "serial:///dev/rnnpool-coprocessor?baud=921600"
SECTION = {"Endpoint": ENDPOINT, "FrameTimeout": "00:00:40", "MaxReconnectDelay": "00:00:02", "Rest": "00:00:01", "MaxRest": "00:00:05"}


def in_use(bench: Bench, limit: float = 120):
    return bench.until(lambda: (coprocessor := bench.state()["coprocessor"]) and coprocessor["inUse"] and coprocessor, limit)


def host_frames(bench: Bench) -> int:
    return bench.state()["coprocessor"]["frames"]["host"]


def frames(bench: Bench) -> int:
    return bench.state()["coprocessor"]["frames"]["coprocessor"]


def with_board(bench: Bench) -> None:
    """Begins where the first of these scenarios ends, when that was left out."""
    if bench.board is None or bench.state()["coprocessor"] is None:
        bench.put_board("person-vww-96")
        bench.configure(Coprocessor=SECTION)
        bench.restart()
    if not in_use(bench):
        raise GuestError(f"The coprocessor is not used: {bench.log()}")


def coprocessor(bench: Bench) -> None:
    """A Cortex-M4 on the USB adapter processes the frames"""
    check, guest = bench.check, bench.guest
    bench.put_board("person-vww-96")
    check("udev gives the adapter its name", bench.until(lambda: guest.succeeds("test -c /dev/rnnpool-coprocessor"), 20),
          guest.run("ls /dev/serial/by-id", check=False))
    bench.configure(Coprocessor=SECTION)
    bench.restart()
    info = in_use(bench)
    check("it is in use, with the model that is part of its firmware", info, bench.log())
    check("its board is stm32f405", info and "stm32f405" in str(info), info)
    check("frames come back from it", bench.until(lambda: frames(bench) >= 3, 120), bench.state()["coprocessor"])


def coprocessor_hangs(bench: Bench) -> None:
    """The coprocessor hangs: this machine takes over until it works again"""
    check = bench.check
    with_board(bench)
    before = host_frames(bench)
    bench.board.hang()
    check("the hang is noticed", bench.until(lambda: not bench.state()["coprocessor"]["inUse"], 30), bench.log())
    check("this machine analyses the frames", bench.until(lambda: host_frames(bench) > before + 5, 60), bench.state()["coprocessor"])
    check("health names it and stays well",
          bench.until(lambda: (health := bench.health())["healthy"] and "coprocessor" in str(health).lower(), 20), bench.health())
    bench.board.go_on()
    check("it is used again", in_use(bench), bench.log())


def coprocessor_killed(bench: Bench) -> None:
    """The coprocessor is killed and the adapter unplugged; another one takes its place"""
    check = bench.check
    with_board(bench)
    bench.remove_board()
    check("the adapter is gone", bench.until(lambda: not bench.guest.succeeds("test -e /dev/rnnpool-coprocessor"), 20))
    check("the loss is noticed", bench.until(lambda: not bench.state()["coprocessor"]["inUse"], 30), bench.log())
    bench.put_board("person-vww-96")
    check("the new one is used", in_use(bench), bench.log())
    start = frames(bench)
    check("frames come back from it", bench.until(lambda: frames(bench) > start, 120), bench.state()["coprocessor"])


def coprocessor_replaced(bench: Bench) -> None:
    """A board with another model replaces it: its results are not used"""
    check = bench.check
    with_board(bench)
    bench.remove_board()
    bench.until(lambda: not bench.state()["coprocessor"]["inUse"], 30)
    bench.put_board("face-qvga")
    def obstacle() -> str | None:
        text = (bench.state()["coprocessor"] or {}).get("obstacle") or ""
        return text if "runs the model face-qvga" in text else None

    reason = bench.until(obstacle, 60)
    check("the device reports that it has another model", reason, bench.state()["coprocessor"])
    check("and so does its log", "runs the model face-qvga" in bench.log(60), bench.log(60))
    check("it is not used", not bench.state()["coprocessor"]["inUse"], bench.state()["coprocessor"])
    before = host_frames(bench)
    check("this machine analyses the frames", bench.until(lambda: host_frames(bench) > before + 3, 60), bench.state()["coprocessor"])
    bench.remove_board()
    bench.configure()
    bench.restart()
