"""Cameras of the kernel itself."""

from harness.bench import Bench


def list_cameras(bench: Bench) -> None:
    """The cameras are listed with their formats"""
    bench.guest.run("modprobe vivid")
    text = bench.until(lambda: (out := bench.guest.run("rnnpool-edge cameras", check=False)) and "vivid" in out and "Loopback camera" in out and out, 30)
    bench.check("both are there by name", text, bench.guest.run("rnnpool-edge cameras", check=False))
    bench.check("the loopback camera has Motion JPEG of 400x300", text and "MJPG" in text and "400x300" in text, text)
    bench.check("vivid has YUYV, GREY and NV12", text and all(name in text for name in ("YUYV", "GREY", "NV12")), text)


def raw_formats(bench: Bench) -> None:
    """Raw formats come from vivid: YUYV, GREY, NV12"""
    device = bench.guest.run("for d in /sys/class/video4linux/video*; do grep -q vivid $d/name && echo /dev/${d##*/}; done | head -n 1")
    for name in ("YUYV", "GREY", "NV12"):
        bench.configure(Camera={"Source": f"v4l2:{device}?format={name}&width=640&height=360&rate=5"})
        bench.restart()
        camera = bench.until(lambda: (camera := bench.state()["camera"])["state"] == "open" and camera["frames"] >= 5 and camera, 120)
        bench.check(f"frames come as {name}", camera, bench.log())
    bench.configure()
    bench.restart()


def unplugged(bench: Bench) -> None:
    """The camera is unplugged and comes back"""
    check, guest = bench.check, bench.guest
    check("the camera is open", bench.settled(), bench.log())
    process = bench.process()
    # The module can only go when nobody holds the device: the device must let go of a camera that has stopped, by itself.
    guest.run("systemctl stop player")
    lost = bench.until(lambda: (state := bench.state())["camera"]["state"] != "open" and state, 15)
    check("the loss is noticed", lost, bench.state()["camera"])
    guest.run("for i in $(seq 100); do modprobe -r v4l2loopback && exit 0; sleep 0.2; done; exit 1", limit=60)
    check("the device runs on without it", bench.process() == process)
    check("health names the camera", "camera" in guest.run("get /health").lower(), bench.health())
    guest.run("sleep 3; modprobe v4l2loopback; systemctl start player")
    check("it is opened again", bench.until(lambda: bench.state()["camera"]["state"] == "open", 60), bench.log())
    mark = bench.observer.mark
    bench.look_at("face")
    check("a face is seen again", bench.observer.wait(mark, "/events", lambda payload: payload["type"] == "new", 90), bench.log())
    check("the process is the same", bench.process() == process)
