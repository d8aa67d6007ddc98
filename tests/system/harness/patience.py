"""How long is long enough: SYSTEM_TEST_PATIENCE multiplies every time that a test waits, for a machine that is busy with other work."""

import os
import time

PATIENCE = float(os.environ.get("SYSTEM_TEST_PATIENCE", "1"))


def eventually(probe, limit: float, pause: float = 0.05):
    """What the probe returns once that is true; else, when the time is up, its last answer."""
    deadline = time.monotonic() + limit * PATIENCE
    while not (answer := probe()) and time.monotonic() < deadline:
        time.sleep(pause)
    return answer
