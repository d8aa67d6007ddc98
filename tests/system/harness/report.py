"""Counts passed and failed checks."""

import sys
import time
import traceback

from .ends import Ends


class Report:
    """Prints one line per check. A scenario that raises is one failure, and the next one runs."""

    def __init__(self):
        self.passed = self.failed = 0
        self.figures: list[tuple[str, str]] = []
        self._begin = time.monotonic()

    def check(self, what: str, held, seen=None) -> bool:
        if held:
            self.passed += 1
        else:
            self.failed += 1
        detail = "" if held or seen is None else f": {str(seen)[:600]}"
        print(f"{time.monotonic() - self._begin:6.0f} s  {'passed' if held else 'FAILED'}  {what}{detail}", flush=True)
        return bool(held)

    def figure(self, name: str, value: str) -> None:
        self.figures.append((name, value))
        print(f"{time.monotonic() - self._begin:6.0f} s  figure  {name}: {value}", flush=True)

    def run(self, scenario, bench) -> None:
        title = scenario.__doc__.strip().splitlines()[0]
        print(f"== {title}", flush=True)
        try:
            before = Ends.of(bench.guest)
            scenario(bench)
            seen, expected = Ends.of(bench.guest).since(before), getattr(scenario, "ends", (0, 0))
            self.check("the service did not end unexpectedly",
                       (seen.restarts, seen.failures) == expected, f"it should be {expected} and was {seen}; {bench.log()}")
            if seen.late:
                self.figure("stops that took longer than 4.5 s, and were cut short by the device itself", str(seen.late))
        except Exception as exception:  # noqa: BLE001 - the other scenarios run in any case
            where = traceback.extract_tb(exception.__traceback__)[-1]
            self.check(title, False, f"{type(exception).__name__} at {where.filename.rsplit('/', 1)[-1]}:{where.lineno}: {exception}")
            sys.stdout.flush()
