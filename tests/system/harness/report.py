"""Counts what was expected and what was seen."""

import sys
import time
import traceback


class Report:
    """One line a check; a scenario that breaks is one failure, and the next one goes on."""

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
            scenario(bench)
        except Exception as exception:  # noqa: BLE001 - whatever it was, the other scenarios still count
            where = traceback.extract_tb(exception.__traceback__)[-1]
            self.check(title, False, f"{type(exception).__name__} at {where.filename.rsplit('/', 1)[-1]}:{where.lineno}: {exception}")
            sys.stdout.flush()
