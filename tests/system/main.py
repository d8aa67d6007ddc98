"""Boots the guest once and runs the scenarios; ends with 'N passed, N failed'. Started by run.sh, which builds what it needs."""

import argparse
import pathlib
import shutil
import subprocess
import sys
import traceback

sys.dont_write_bytecode = True

from harness.bench import Bench
from harness.guest import Guest, free_port, run_folder
from harness.observer import Observer
from harness.report import Report
from scenarios import broker, camera, coprocessor, figures, install, machine, package, pins, presence, service

SHORT = [install.install, install.configure, presence.face_appears, presence.face_leaves]
SCENARIOS = [
    *SHORT, presence.smaller_model,
    camera.unplugged, camera.list_cameras, camera.raw_formats, camera.controls,
    pins.privacy, pins.arming, pins.old_interface,
    coprocessor.coprocessor, coprocessor.coprocessor_hangs, coprocessor.coprocessor_killed, coprocessor.coprocessor_replaced,
    broker.broker_restarts, broker.killed_with_waiting_events,
    service.killed, service.wedged, service.frozen, service.stopped_during_start, service.clean_stop, service.wrong_setting,
    machine.full_disk, machine.clock_jump,
    broker.commands,  # at this position, because the service accepts a restart command only after it has run for a minute
    machine.power_cut,
    package.upgrade, package.remove, package.purge,
]
FIGURES = [figures.start_up, figures.costs, figures.latency]


def name_of(scenario) -> str:
    return f"{scenario.__module__.rpartition('.')[2]}.{scenario.__name__}"


def pictures(samples: pathlib.Path, folder: pathlib.Path) -> None:
    """Ten frames with the face of the bundled sequence, and ten of a cat."""
    for name, first in (("face", 4), ("empty", 24)):
        (folder / name).mkdir(parents=True)
        for number in range(first, first + 10):
            shutil.copy(samples / f"frame-{number:03}.jpg", folder / name)


def payload(folder: pathlib.Path, samples: pathlib.Path, packages: list[pathlib.Path]) -> pathlib.Path:
    """A tar file that the guest sees as a disk."""
    content = folder / "payload"
    pictures(samples, content / "pictures")
    for package in packages:
        shutil.copy(package, content)
    path = folder / "payload.tar"
    subprocess.run(["tar", "-C", content, "--owner=0", "--group=0", "--mode=a+rX", "-cf", path, "."], check=True)
    shutil.rmtree(content)
    return path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for option in ("--image", "--samples", "--package", "--onnx", "--firmware"):
        parser.add_argument(option, type=pathlib.Path, required=True)
    parser.add_argument("--only",
                        help="words, separated by commas: runs installation and settings, and the scenarios whose names (such as "
                             "service.killed) contain a word")
    parser.add_argument("--short", action="store_true", help="the first scenarios only")
    parser.add_argument("--figures", action="store_true",
                        help="measure the resources that the device uses, and run no other scenario")
    parser.add_argument("--keep", action="store_true", help="leave the guest running, and its folder")
    parser.add_argument("--attach", type=pathlib.Path,
                        help="continue with the guest that --keep has left in this folder, without installing anything")
    arguments = parser.parse_args()
    chosen = SHORT if arguments.short else [*SCENARIOS[:2], *FIGURES] if arguments.figures else SCENARIOS
    if arguments.only:
        words = arguments.only.split(",")
        before = [] if arguments.attach else SCENARIOS[:2]
        chosen = before + [scenario for scenario in [*SCENARIOS, *FIGURES]
                           if scenario not in before and any(word in name_of(scenario) for word in words)]

    report, folder = Report(), arguments.attach or run_folder()
    guest = observer = bench = None
    try:
        if arguments.attach:
            guest = Guest.attach(arguments.image, folder, folder / "payload.tar")
        else:
            guest = Guest(arguments.image, folder, payload(folder, arguments.samples, [arguments.package, arguments.onnx]), free_port())
            report.figure("boot of the guest", f"{guest.boot():.0f} s")
            guest.run("tar -C /srv -xf /dev/vdb && ln -sfn /srv/pictures/empty /srv/pictures/now", limit=120)
        observer = Observer(guest.broker_port)
        bench = Bench(guest, observer, report, arguments.package, arguments.firmware)
        for scenario in chosen:
            report.run(scenario, bench)
    except Exception as exception:  # noqa: BLE001 - reported, and counted as a failure
        traceback.print_exc()
        report.check("the test itself", False, f"{type(exception).__name__}: {exception}")
    finally:
        if observer is not None:
            observer.stop()
        if bench is not None:
            bench.remove_board()
        if arguments.keep:
            print(f"kept: {folder}")
        else:
            if guest is not None:
                guest.stop()
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{report.passed} passed, {report.failed} failed")
    return 0 if report.failed == 0 and report.passed > 0 else 1


sys.exit(main())
