"""Cameras of the kernel itself."""

import base64
import json
import subprocess

from harness.bench import Bench

# Vivid's first picture has eight bars, which differ in their red, green and blue.
BARS = [tuple(bool(number >> bit & 1) for bit in (1, 2, 0)) for number in range(7, -1, -1)]


def vivid(bench: Bench) -> str:
    """The device of the kernel's test camera."""
    bench.guest.run("modprobe vivid && udevadm settle")
    return bench.guest.run("for d in /sys/class/video4linux/video*; do grep -q vivid $d/name && echo /dev/${d##*/}; done | head -n 1")


def bars(bench: Bench) -> list[tuple[int, int, int]] | None:
    """The picture of the device: the mean colours of eight columns in the lower part of its picture, which has no text on it."""
    jpeg = base64.b64decode(bench.guest.run("get '/api/live.jpg?width=640&boxes=0' | base64 -w0"))
    done = subprocess.run(["ffmpeg", "-v", "error", "-f", "jpeg_pipe", "-i", "-",
                           "-vf", "format=rgb24,crop=iw:ih/4:0:ih*3/4,scale=8:1:flags=area",
                           "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
                          input=jpeg, capture_output=True, timeout=60)
    return [tuple(done.stdout[i:i + 3]) for i in range(0, 24, 3)] if len(done.stdout) == 24 else None


def list_cameras(bench: Bench) -> None:
    """The cameras are listed with their formats"""
    bench.guest.run("modprobe vivid")
    def both() -> str | None:
        out = bench.guest.run("rnnpool-edge cameras", check=False)
        return out if "vivid" in out and "Loopback camera" in out else None

    text = bench.until(both, 30)
    bench.check("both are there by name", text, bench.guest.run("rnnpool-edge cameras", check=False))
    bench.check("the loopback camera has Motion JPEG of 400x300", text and "MJPG" in text and "400x300" in text, text)
    bench.check("vivid has YUYV, GREY and NV12", text and all(name in text for name in ("YUYV", "GREY", "NV12")), text)


def raw_formats(bench: Bench) -> None:
    """Raw formats come from vivid: YUYV, GREY, NV12"""
    device = vivid(bench)
    for name in ("YUYV", "GREY", "NV12"):
        bench.configure(Camera={"Source": f"v4l2:{device}?format={name}&width=640&height=360&rate=5"})
        bench.restart()
        camera = bench.until(lambda: (camera := bench.state()["camera"])["state"] == "open" and camera["frames"] >= 5 and camera, 120)
        bench.check(f"frames come as {name}", camera and (camera["width"], camera["height"]) == (640, 360), camera or bench.log())
        columns = bench.until(lambda: bars(bench), 60)
        if name == "GREY":
            lights = [sum(column) for column in columns or []]
            bench.check("eight bars of it, each darker than the one before",
                        len(lights) == 8 and all(left > right + 20 for left, right in zip(lights, lights[1:])), columns)
        else:
            bench.check("the bars of it have their colours",
                        columns and [tuple(channel > 128 for channel in column) for column in columns] == BARS, columns)
    bench.configure()
    bench.restart()


def controls(bench: Bench) -> None:
    """Controls are set by name: a number, and a choice by its words"""
    check, guest = bench.check, bench.guest
    device = vivid(bench)
    bench.configure(Camera={"Source": f"v4l2:{device}?format=YUYV&width=640&height=360&rate=5",
                            "Controls": {"brightness": "90", "test_pattern": "100% White"}})
    bench.restart()
    check("the camera opens", bench.until(lambda: bench.state()["camera"]["state"] == "open", 120), bench.log())
    cameras = json.loads(guest.run("rnnpool-edge cameras --json"))["cameras"]
    found = {control["name"]: control.get("value") for camera in cameras if camera["device"] == device for control in camera["controls"]}
    check("another program reads the brightness back", found.get("brightness") == 90, found)
    columns = bench.until(lambda: bars(bench), 60)
    check("the picture is the one of the choice, and darker than it would be",
          columns and all(150 < channel < 250 for column in columns for channel in column), columns)
    bench.configure(Camera={"Source": f"v4l2:{device}?format=YUYV&width=640&height=360&rate=5", "Controls": {"brilliance": "90"}})
    bench.restart()
    check("the log names the missing control", bench.until(lambda: "has no control brilliance" in bench.log(60), 60),
          bench.log())
    guest.run("systemctl stop rnnpool-edge; modprobe -r vivid", limit=60)
    bench.configure()
    bench.restart()
    check("the other camera opens again", bench.until(lambda: bench.state()["camera"]["state"] == "open", 120), bench.log())


def unplugged(bench: Bench) -> None:
    """The camera is unplugged and comes back"""
    check, guest = bench.check, bench.guest
    check("the camera is open", bench.settled(), bench.log())
    process = bench.process()
    # The module can be removed only when no process has the device open: the device must close a stopped camera.
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
